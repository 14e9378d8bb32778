"""Label propagation over the neighbour graph: what the labelled images say about all others."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ml.neighbours.graph import NeighbourGraph

ALPHA = 0.95
# Small, because the shares of an image far from every label are ratios of small numbers.
TOLERANCE = 1e-8
MAX_ITERATIONS = 100
# Columns solved at a time: at most so many, and as many elements, which bounds the memory of a large pool.
COLUMNS = 16
ELEMENTS = 2**20
# What arrives at an image counts as nothing up to this.
NOTHING = float(np.finfo(np.float32).tiny)


def propagated(
    graph: NeighbourGraph, rows: NDArray[np.int64], targets: NDArray[np.int64], categories: int
) -> NDArray[np.float32]:
    """Return float32[N, C], rows that sum to 1: the share of each category in what reaches an image.

    Solves (I - alpha S) F = Y (Zhou et al. 2004, eq. 4) with labels `targets` int64[m] at `rows` int64[m].
    Every category sends out a mass of 1 however many labels it has, so that one with many does not flood the
    rest (as in class mass normalisation, Zhu et al. 2003). An image that nothing reaches gets equal shares of
    the categories seen.
    """
    seen = np.unique(targets)
    reached = np.zeros((len(graph), categories))
    for columns, masses in arriving(graph, rows, targets):
        reached[:, columns] = masses
    total = reached.sum(axis=1, keepdims=True)
    unreached = total[:, 0] <= NOTHING
    reached[np.ix_(unreached, seen)] = 1
    total[unreached] = len(seen)
    shares: NDArray[np.float32] = (reached / total).astype(np.float32)
    return shares


def propagated_margins(
    graph: NeighbourGraph, rows: NDArray[np.int64], targets: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return float32[N]: the `margins` of what `propagated` returns, without holding all of it."""
    total, highest = np.zeros(len(graph)), np.zeros((len(graph), 2))
    for _, masses in arriving(graph, rows, targets):
        total += masses.sum(axis=1)
        highest = np.partition(np.concatenate([highest, masses], axis=1), -2, axis=1)[:, -2:]
    unreached = total <= NOTHING
    highest[unreached], total[unreached] = (0, len(np.unique(targets)) == 1), 1
    shares = (highest / total[:, None]).astype(np.float32)
    return shares[:, 1] - shares[:, 0]


def arriving(
    graph: NeighbourGraph, rows: NDArray[np.int64], targets: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yield (some categories seen, int64[k], and what of each arrives at every image, float64[N, k])."""
    seen, counts = np.unique(targets, return_counts=True)
    size = min(COLUMNS, max(1, ELEMENTS // max(1, len(graph))))
    for start in range(0, len(seen), size):
        part = seen[start : start + size]
        sources = np.zeros((len(graph), len(part)))
        for column, category in enumerate(part):
            sources[rows[targets == category], column] = 1 / counts[start + column]
        yield part, diffused(graph, sources)


def diffused(
    graph: NeighbourGraph, sources: NDArray[np.float64], alpha: float = ALPHA
) -> NDArray[np.float64]:
    """Return (I - alpha S)^-1 `sources` float64[N, k] by conjugate gradients (as Iscen et al. 2017 do).

    Values that only rounding makes negative are 0 where `sources` has no negative ones.
    """
    solution = sources.copy()
    residual = alpha * (graph.weights @ sources)
    direction = residual.copy()
    energy = squared_columns(residual)
    enough = TOLERANCE**2 * np.maximum(squared_columns(sources), 1e-30)
    for _ in range(MAX_ITERATIONS):
        if (energy <= enough).all():
            break
        image = direction - alpha * (graph.weights @ direction)
        step = energy / np.maximum((direction * image).sum(axis=0), 1e-300)
        solution += step * direction
        residual -= step * image
        before, energy = energy, squared_columns(residual)
        direction = residual + energy / np.maximum(before, 1e-300) * direction
    return solution if sources.min(initial=0) < 0 else np.maximum(solution, 0)


def squared_columns(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the squared length of each column, float64[k]."""
    squared: NDArray[np.float64] = np.square(matrix).sum(axis=0)
    return squared


def margins(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return float32[N]: the highest probability of each row less the second highest (1 with one column)."""
    if probabilities.shape[1] < 2:
        return np.ones(len(probabilities), dtype=np.float32)
    best = np.partition(probabilities, -2, axis=1)
    return best[:, -1] - best[:, -2]
