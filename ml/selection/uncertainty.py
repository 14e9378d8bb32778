"""Margin and entropy: what the model is least sure of; by lot before there is a model."""

import numpy as np
from numpy.typing import NDArray

from ml.propagation import margins
from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput
from ml.selection.random import select_randomly


def select_by_margin(given: SelectionInput) -> Selection:
    """Return the images whose two likeliest categories are closest."""
    if given.probabilities is None:
        return select_randomly(given)
    return least(given, margins(given.probabilities[given.eligible]))


def select_by_entropy(given: SelectionInput) -> Selection:
    """Return the images whose prediction has the highest entropy."""
    if given.probabilities is None:
        return select_randomly(given)
    shares = given.probabilities[given.eligible]
    logarithms = np.log(np.maximum(shares, np.finfo(np.float32).tiny))
    return least(given, (shares * logarithms).sum(axis=1))


def least(given: SelectionInput, scores: NDArray[np.float32]) -> Selection:
    """Return the eligible rows of the lowest `scores` float32[E]."""
    return around(given, given.eligible[np.argsort(scores, kind="stable")[: given.ask]])
