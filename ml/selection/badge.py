"""BADGE: k-means++ on the gradients that the last layer would get from its own guesses."""

import numpy as np
from numpy.typing import NDArray

from ml.selection.candidates import candidates_of, points_of
from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput

# Squared distances below this are rounding.
SAME = 1e-6


def select_by_gradients(given: SelectionInput) -> Selection:
    """Return images whose gradients are large and apart (Ash et al. 2020, algorithm 1).

    The gradient of an image is (p - onehot(argmax p)) x f; inner products are taken of the two factors, so
    that the C * D numbers of the outer product are never made. Without a model it is f alone.
    """
    generator = np.random.default_rng(given.seed)
    candidates = candidates_of(given, generator)
    points = points_of(given, candidates)
    errors = np.ones((len(points), 1), dtype=np.float32)
    if given.probabilities is not None:
        errors = given.probabilities[candidates].copy()
        errors[np.arange(len(errors)), errors.argmax(axis=1)] -= 1
    chosen = spread_gradients(errors, points, min(given.ask, len(candidates)), generator)
    return around(given, candidates[chosen])


def spread_gradients(
    errors: NDArray[np.float32], points: NDArray[np.float32], count: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Return `count` distinct rows, drawn by k-means++ from the outer products of `errors` and `points`.

    The first is the row of the largest gradient, or drawn by lot where all are equally large.
    """
    lengths = squared(errors) * squared(points)
    gaps = np.where(lengths > SAME, lengths, 0)
    free = np.ones(len(points), dtype=np.bool_)
    chosen: list[int] = []
    while len(chosen) < count:
        weights = np.where(free, gaps, 0.0)
        if not weights.sum() > 0:
            weights = free.astype(np.float64)
        if chosen or np.ptp(lengths) <= SAME:
            row = int(generator.choice(len(weights), p=weights / weights.sum()))
        else:
            row = int(weights.argmax())
        chosen.append(row)
        free[row] = False
        distances = lengths + lengths[row] - 2 * (errors @ errors[row]) * (points @ points[row])
        gaps = np.minimum(gaps if len(chosen) > 1 else np.inf, np.where(distances > SAME, distances, 0))
    return np.array(chosen, dtype=np.int64)


def squared(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the squared length of each row, float64[n]."""
    lengths: NDArray[np.float64] = np.square(vectors).sum(axis=1, dtype=np.float64)
    return lengths
