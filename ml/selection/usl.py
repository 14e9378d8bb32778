"""USL: the densest image of each new cluster, pushed away from what is chosen elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.clustering.ackmeans import ackmeans
from ml.config import UslStrategy
from ml.runtime import choose_device
from ml.selection.candidates import candidates_of, points_of
from ml.selection.clusters import around
from ml.selection.density import local_density
from ml.selection.protocol import Selection, SelectionInput

ITERATIONS = 10
# The repulsion is averaged over the iterations with this momentum, and falls with distance ** EXPONENT.
MOMENTUM = 0.9
EXPONENT = 0.5
SMALLEST = 1e-3


@dataclass(frozen=True)
class UslSelector:
    """Wang et al. (2022), section 3; the clusters leave out what is nearest to a labelled image."""

    strategy: UslStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return one image of each of K new clusters."""
        generator = np.random.default_rng(given.seed)
        candidates = candidates_of(given, generator)
        count = min(given.ask, len(candidates))
        if not count:
            return around(given, np.zeros(0, dtype=np.int64))
        anchors = points_of(given, given.labelled)
        points = points_of(given, candidates)
        clusters = ackmeans(points, anchors, count, seed=given.seed, device=choose_device()).labels
        every = np.arange(len(points))
        density = local_density(points, every, given.seed, neighbours=self.strategy.neighbours)
        chosen = spread(points, anchors, clusters - len(anchors), density, self.strategy.repulsion)
        free = np.setdiff1d(every, chosen)
        # Identical images make fewer clusters than were asked for.
        rest = free[np.argsort(-density[free], kind="stable")][: count - len(chosen)]
        return around(given, candidates[np.concatenate([chosen, rest])])


def spread(
    points: NDArray[np.float32],
    anchors: NDArray[np.float32],
    clusters: NDArray[np.int64],
    density: NDArray[np.float32],
    repulsion: float,
) -> NDArray[np.int64]:
    """Return one row per cluster 0, 1, ... of `clusters` int64[n] (below 0: an anchor's, left alone)."""
    members = [np.flatnonzero(clusters == cluster) for cluster in range(int(clusters.max(initial=-1)) + 1)]
    members = [rows for rows in members if len(rows)]
    chosen = np.array([rows[density[rows].argmax()] for rows in members], dtype=np.int64)
    fixed = repelled(points, anchors)
    average = np.zeros(len(points))
    for _ in range(ITERATIONS if len(chosen) else 0):
        pushes = pushed(points, points[chosen])
        total = fixed + pushes.sum(axis=1)
        for index, rows in enumerate(members):
            total[rows] -= pushes[rows, index]
        average = MOMENTUM * average + (1 - MOMENTUM) * total
        scores = density - repulsion * average
        chosen = np.array([rows[scores[rows].argmax()] for rows in members], dtype=np.int64)
    return chosen


def repelled(points: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return float64[n]: the sum over `others` of 1 / distance ** 0.5."""
    total: NDArray[np.float64] = pushed(points, others).sum(axis=1)
    return total


def pushed(points: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return float64[n, k]: 1 / distance ** 0.5 between unit-length `points` and `others`."""
    squared = np.maximum(2 - 2 * (points @ others.T).astype(np.float64), SMALLEST**2)
    pushes: NDArray[np.float64] = squared ** (-EXPONENT / 2)
    return pushes
