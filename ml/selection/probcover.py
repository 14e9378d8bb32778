"""ProbCover: balls of one radius that cover most images, the fullest first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.clustering.ackmeans import ackmeans
from ml.config import ProbcoverStrategy
from ml.runtime import choose_device
from ml.selection.candidates import candidates_of, drawn, points_of
from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput

# Who lies in whose ball is a matrix of bytes: 100 MB for so many images.
LIMIT = 10_000
BLOCK = 1024


@dataclass(frozen=True)
class ProbcoverSelector:
    """Yehuda et al. (2022); images in a ball around a labelled one are covered from the start."""

    strategy: ProbcoverStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the centres of the balls, and images drawn by lot once everything is covered."""
        generator = np.random.default_rng(given.seed)
        candidates = candidates_of(given, generator, LIMIT)
        labelled = drawn(given.labelled, LIMIT, generator)
        points = points_of(given, np.concatenate([labelled, candidates]))
        count = min(given.ask, len(candidates))
        if not count:
            return around(given, np.zeros(0, dtype=np.int64))
        radius = pure_radius(points, pseudo_labels(given, points), self.strategy.purity)
        chosen = covering(within(points, radius), len(labelled), count, generator)
        return around(given, candidates[chosen - len(labelled)])


def pseudo_labels(given: SelectionInput, points: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return int64[n]: the clusters of k-means with as many centres as there are categories."""
    known = given.probabilities.shape[1] if given.probabilities is not None else given.ask
    count = min(max(2, known), len(points))
    return ackmeans(points, points[:0], count, seed=given.seed, device=choose_device()).labels


def pure_radius(points: NDArray[np.float32], labels: NDArray[np.int64], purity: float) -> float:
    """Return the largest radius at which a share `purity` of all balls holds images of one label only.

    A ball is pure up to the distance of the nearest image with another label (infinite with one label).
    """
    nearest = np.full(len(points), np.inf)
    for start in range(0, len(points), BLOCK):
        block = slice(start, start + BLOCK)
        distances = squared_distances(points[block], points)
        distances[labels[block, None] == labels] = np.inf
        nearest[block] = distances.min(axis=1)
    # The small number is for what rounding takes from (1 - 0.9) * 10.
    impure = int(np.floor((1 - purity) * len(points) + 1e-6))
    return float(np.sqrt(np.sort(nearest)[min(impure, len(points) - 1)]))


def within(points: NDArray[np.float32], radius: float) -> NDArray[np.bool_]:
    """Return bool[n, n]: whether each image lies closer than `radius` to each other one, and to itself."""
    near = np.empty((len(points), len(points)), dtype=np.bool_)
    for start in range(0, len(points), BLOCK):
        block = slice(start, start + BLOCK)
        near[block] = squared_distances(points[block], points) < radius**2
    np.fill_diagonal(near, val=True)
    return near


def covering(
    near: NDArray[np.bool_], labelled: int, count: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Return `count` rows from `labelled` on, each in whose ball most rows are not covered yet."""
    covered = near[:labelled].any(axis=0)
    degrees = near[:, ~covered].sum(axis=1)
    free = np.arange(len(near)) >= labelled
    chosen: list[int] = []
    while len(chosen) < count:
        best = int(np.where(free, degrees, -1).argmax())
        if not degrees[best]:
            rest = generator.choice(np.flatnonzero(free), count - len(chosen), replace=False)
            return np.concatenate([chosen, rest]).astype(np.int64)
        chosen.append(best)
        free[best] = False
        gained = near[best] & ~covered
        degrees -= near[:, gained].sum(axis=1)
        covered |= gained
    return np.array(chosen, dtype=np.int64)


def squared_distances(points: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return float32[n, k], at least 0."""
    norms = np.square(points).sum(axis=1)[:, None] + np.square(others).sum(axis=1)
    distances: NDArray[np.float32] = np.maximum(norms - 2 * points @ others.T, 0)
    return distances
