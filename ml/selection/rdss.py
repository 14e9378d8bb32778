"""RDSS: herding towards the mean of the pool, with less of it the more is chosen at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.config import RdssStrategy
from ml.selection.candidates import LIMIT, candidates_of, drawn, points_of
from ml.selection.clusters import around
from ml.selection.herding import Herd
from ml.selection.protocol import Selection, SelectionInput


@dataclass(frozen=True)
class RdssSelector:
    """Generalised kernel herding (Shao et al. 2024); what is labelled counts as chosen before."""

    strategy: RdssStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the images whose mean embedding follows that of the pool."""
        generator = np.random.default_rng(given.seed)
        candidates = candidates_of(given, generator)
        points = points_of(given, candidates)
        rows = drawn(np.concatenate([given.labelled, given.eligible]), LIMIT, generator)
        mean = mean_similarity(points, points_of(given, rows), self.strategy.sigma)
        chosen = self.herded(points, points_of(given, given.labelled), mean, given.ask)
        return around(given, candidates[chosen])

    def herded(
        self,
        points: NDArray[np.float32],
        labelled: NDArray[np.float32],
        mean: NDArray[np.float32],
        ask: int,
    ) -> NDArray[np.int64]:
        """Return rows of `points`: each the least S - alpha * mean, S the mean similarity to the chosen."""
        count = min(ask, len(points))
        alpha = 1 - 1 / np.sqrt(max(1, len(labelled) + count))
        similar = np.zeros(len(points), dtype=np.float32)
        if len(labelled):
            similar = mean_similarity(points, labelled, self.strategy.sigma)
        kernel = Herd(points, np.ones(len(points), dtype=np.float32), self.strategy.sigma)
        taken = np.zeros(len(points), dtype=np.bool_)
        chosen: list[int] = []
        for number in range(len(labelled) + 1, len(labelled) + count + 1):
            best = int(np.where(taken, np.inf, similar - alpha * mean).argmin())
            chosen.append(best)
            taken[best] = True
            own = kernel.kernel(kernel.covered[best : best + 1])[0].cpu().numpy()
            similar += (own - similar) / np.float32(number)
        return np.array(chosen, dtype=np.int64)


def mean_similarity(
    points: NDArray[np.float32], others: NDArray[np.float32], sigma: float
) -> NDArray[np.float32]:
    """Return float32[n]: the mean of the Gaussian kernel of each of `points` [n, D] with `others` [k, D]."""
    weights = np.full(len(others), 1 / max(1, len(others)), dtype=np.float32)
    herd = Herd(others, weights, sigma)
    means: NDArray[np.float32] = herd.gains(herd.tensor(points)).cpu().numpy()
    return means
