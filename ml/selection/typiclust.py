"""TypiClust: the most typical image of each cluster that has fewest labels, the largest first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.clustering.ackmeans import ackmeans
from ml.config import TypiclustStrategy
from ml.runtime import choose_device
from ml.selection.candidates import candidates_of, drawn, points_of
from ml.selection.clusters import around
from ml.selection.density import local_density
from ml.selection.protocol import Selection, SelectionInput

# A cluster of so few images says nothing about what is typical (as in the authors' code).
TOO_SMALL = 5


@dataclass(frozen=True)
class TypiclustSelector:
    """Hacohen et al. (2022), with typicality 1 / (mean distance to at most 20 neighbours in the cluster)."""

    strategy: TypiclustStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the most typical images of min(m + K, `max_clusters`) clusters of the pool."""
        generator = np.random.default_rng(given.seed)
        candidates = candidates_of(given, generator)
        labelled = drawn(given.labelled, len(candidates), generator)
        rows = np.concatenate([labelled, candidates])
        count = min(given.ask, len(candidates))
        if not count:
            return around(given, np.zeros(0, dtype=np.int64))
        points = points_of(given, rows)
        clusters = ackmeans(
            points,
            points[:0],
            min(len(labelled) + given.ask, self.strategy.max_clusters, len(rows)),
            seed=given.seed,
            device=choose_device(),
        ).labels
        chosen = typical(points, clusters, len(labelled), count)
        return around(given, rows[chosen])


def typical(
    points: NDArray[np.float32], clusters: NDArray[np.int64], labelled: int, count: int
) -> NDArray[np.int64]:
    """Return `count` rows from `labelled` on, cluster by cluster, fewest labels and most images first.

    `clusters` int64[n] of `points` float32[n, D]; the first `labelled` rows have a label. Clusters of up to 5
    images come after all others.
    """
    sizes = np.bincount(clusters)
    labels = np.bincount(clusters[:labelled], minlength=len(sizes))
    waiting = {int(c): ranked(points, np.flatnonzero(clusters == c), labelled) for c in np.unique(clusters)}
    chosen: list[int] = []
    while len(chosen) < count:
        open_ones = [cluster for cluster, rows in waiting.items() if rows]
        best = min(open_ones, key=lambda c: (sizes[c] <= TOO_SMALL, labels[c], -sizes[c], c))
        chosen.append(waiting[best].pop(0))
        labels[best] += 1
    return np.array(chosen, dtype=np.int64)


def ranked(points: NDArray[np.float32], members: NDArray[np.int64], labelled: int) -> list[int]:
    """Return those of `members` that have no label, the most typical of all members first."""
    order = members[np.argsort(-local_density(points, members), kind="stable")]
    return [int(row) for row in order if row >= labelled]
