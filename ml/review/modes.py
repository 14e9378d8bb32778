"""Which images a page is made of: the modes of a review."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.config import ReviewMode
from ml.review.belief import Belief

Mode = ReviewMode
# Similarities to labelled images computed at a time.
SCORES = 2**24
# Groups images of a page whose category the model does not say.
NO_CATEGORY = -1


@dataclass(frozen=True)
class Candidates:
    """`rows` int64[n] that a page may show, as which category int64[n], and scores float32[n], high first."""

    rows: NDArray[np.int64]
    categories: NDArray[np.int64]
    scores: NDArray[np.float32]


def candidates(belief: Belief, shown: NDArray[np.bool_], mode: Mode) -> Candidates:
    """Return what `mode` has to show of the rows that `shown` bool[N] leaves free (False).

    `surest` and `least_sure` take what nobody has seen by the model's confidence; `changed` only those that
    it calls otherwise than one step ago. `disagree` takes labels of people that a head which has not learned
    from them finds unlikely. `far` takes what is least similar to anything labelled, without a category.
    """
    if mode == "disagree":
        return doubted(belief, shown)
    free = ~belief.seen & ~shown
    if mode == "changed":
        free &= np.zeros_like(free) if belief.before is None else belief.predicted != belief.before
    rows = np.flatnonzero(free)
    if mode == "far":
        near = nearest_label(belief, rows)
        return Candidates(rows, np.full(len(rows), NO_CATEGORY, dtype=np.int64), -near)
    sign = np.float32(-1 if mode == "least_sure" else 1)
    return Candidates(rows, belief.predicted[rows], sign * belief.confidence[rows])


def doubted(belief: Belief, shown: NDArray[np.bool_]) -> Candidates:
    """Return labelled rows that a head without their label calls otherwise, the least likely label first."""
    if belief.held_out is None:
        nothing = np.array([], dtype=np.int64)
        return Candidates(nothing, nothing, np.array([], dtype=np.float32))
    free = belief.seen & ~shown & (belief.held_out.argmax(axis=1) != belief.labels)
    rows = np.flatnonzero(free)
    labels = belief.labels[rows]
    return Candidates(rows, labels, -belief.held_out[rows, labels])


def nearest_label(belief: Belief, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return float32[n], the cosine of each of `rows` and the nearest labelled image; -1 without any."""
    labelled = belief.features[belief.seen]
    found = np.full(len(rows), -1, dtype=np.float32)
    size = max(1, SCORES // max(1, len(labelled)))
    for start in range(0, len(rows) if len(labelled) else 0, size):
        part = rows[start : start + size]
        found[start : start + size] = (belief.features[part] @ labelled.T).max(axis=1)
    return found
