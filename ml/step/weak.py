"""Which images of labelled clusters are asked about: what people dropped, and what the model doubts since."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.messages import StepRequest
from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput, Selector


def settled_rows(request: StepRequest, probabilities: NDArray[np.float32] | None) -> NDArray[np.int64]:
    """Return the pool rows that are not asked about: the model calls them what their weak label does."""
    settled = [
        row
        for row, image in enumerate(request.pool)
        if image.id in request.weak
        and (probabilities is None or probabilities[row].argmax() == request.weak[image.id])
    ]
    return np.array(settled, dtype=np.int64)


def preferred_rows(request: StepRequest, given: SelectionInput) -> NDArray[np.int64]:
    """Return the rows to ask about first, in order: at most half of what is asked for, rounded up."""
    rows = {image.id: row for row, image in enumerate(request.pool)}
    wanted = np.array([rows[each] for each in request.preferred if each in rows], dtype=np.int64)
    return wanted[np.isin(wanted, given.eligible)][: (given.ask + 1) // 2]


def selected(given: SelectionInput, preferred: NDArray[np.int64], selector: Selector) -> Selection:
    """Return what `selector` chooses beside the rows `preferred`, which stand for themselves alone.

    Where no image is left to ask about, nothing is chosen, and clusters are those of the labelled images.
    """
    if not len(given.eligible):
        return around(given, np.zeros(0, dtype=np.int64))
    if not len(preferred):
        return selector(given)
    left = np.setdiff1d(given.eligible, preferred)
    rest = replace(given, eligible=left, ask=given.ask - len(preferred))
    nothing = Selection(np.zeros(0, dtype=np.int64), np.full(len(given.features), -1, dtype=np.int64))
    chosen = selector(rest) if rest.ask and len(left) else nothing
    clusters = chosen.clusters.copy()
    clusters[preferred] = len(given.labelled) + len(chosen.eigen) + np.arange(len(preferred))
    return Selection(np.concatenate([chosen.eigen, preferred]), clusters)
