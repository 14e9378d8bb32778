"""Labels of people that the model doubts: what heads say that have not learned from them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FOLDS = 5


def held_out(
    learn: Callable[[NDArray[np.int64]], NDArray[np.float32]], labels: NDArray[np.int64], seed: int = 0
) -> NDArray[np.float32]:
    """Return float32[N, C]: of each labelled image what a head says that was fitted without its label.

    `learn` turns labels int64[N], -1 where there is none, into probabilities float32[N, C]. The labels are
    cut into five folds, each category into all of them (Northcutt et al. 2021, confident learning). One that
    is alone in its category cannot be left out: the head that knows it speaks. Other rows are 0.
    """
    fold = np.full(len(labels), -1)
    generator = np.random.default_rng(seed)
    for category in np.unique(labels[labels >= 0]):
        rows = generator.permutation(np.flatnonzero(labels == category))
        if len(rows) > 1:
            fold[rows] = (np.arange(len(rows)) + category) % min(FOLDS, len(rows))
    found = None
    for part in (-1, *range(FOLDS)):
        rows = np.flatnonzero((fold == part) & (labels >= 0))
        if not len(rows):
            continue
        without = labels.copy()
        without[rows if part >= 0 else rows[:0]] = -1
        said = learn(without)
        found = np.zeros_like(said) if found is None else found
        found[rows] = said[rows]
    if found is None:
        raise ValueError("there is no label to doubt")
    return found
