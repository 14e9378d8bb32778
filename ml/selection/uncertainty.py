"""Margin and entropy: what the model is least sure of; by lot before there is a model."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml.neighbours.propagation import margins
from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput
from ml.selection.random import select_randomly

# Rows scored at once: the probabilities of a pool of a million are not copied.
BLOCK = 65_536


def select_by_margin(given: SelectionInput) -> Selection:
    """Return the images whose two likeliest categories are closest."""
    return least(given, margins)


def select_by_entropy(given: SelectionInput) -> Selection:
    """Return the images whose prediction has the highest entropy."""
    return least(given, negative_entropies)


def negative_entropies(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return float32[n]: the sum of p log p of each row of `shares` float32[n, C]."""
    logarithms = np.log(np.maximum(shares, np.finfo(np.float32).tiny))
    sums: NDArray[np.float32] = (shares * logarithms).sum(axis=1)
    return sums


def least(given: SelectionInput, score: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Selection:
    """Return the eligible rows whose probabilities have the lowest `score`, worked out block by block."""
    if given.probabilities is None:
        return select_randomly(given)
    rows = given.eligible
    blocks = [score(given.probabilities[rows[start : start + BLOCK]]) for start in range(0, len(rows), BLOCK)]
    scores = np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)
    return around(given, rows[np.argsort(scores, kind="stable")[: given.ask]])
