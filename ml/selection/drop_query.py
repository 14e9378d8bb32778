"""DropQuery: images whose prediction changes when a part of their features is left out, one a cluster."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.clustering.ackmeans import ackmeans
from ml.config import DropQueryStrategy
from ml.runtime import choose_device
from ml.selection.candidates import candidates_of, points_of
from ml.selection.clusters import around
from ml.selection.labelled_head import head_of
from ml.selection.protocol import Selection, SelectionInput


@dataclass(frozen=True)
class DropQuerySelector:
    """Gupte et al. (2024): k-means medoids first, later only of images that dropout makes waver."""

    strategy: DropQueryStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the image nearest to each centre of k-means with K centres on the wavering images."""
        generator = np.random.default_rng(given.seed)
        candidates = candidates_of(given, generator)
        count = min(given.ask, len(candidates))
        if not count:
            return around(given, np.zeros(0, dtype=np.int64))
        points = points_of(given, candidates)
        changes = self.changes(given, points, generator)
        wavering = np.flatnonzero(changes > self.strategy.passes // 2)
        if not changes.any():
            wavering = np.arange(len(points))
        elif len(wavering) < count:  # the others that waver, then the rest
            wavering = np.argsort(-changes, kind="stable")[:count]
        return around(given, candidates[wavering[medoids(points[wavering], count, given.seed)]])

    def changes(
        self, given: SelectionInput, points: NDArray[np.float32], generator: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return int64[n]: in how many passes the likeliest category of each of `points` is another.

        All are 0 before two categories have labels. The head is logistic, as the authors' classifier is.
        """
        targets = given.targets
        changed = np.zeros(len(points), dtype=np.int64)
        if targets is None or len(np.unique(targets)) < 2:
            return changed
        head = head_of(points_of(given, given.labelled), targets, points)
        own = (points @ head.weight.T + head.bias).argmax(axis=1)
        for _ in range(self.strategy.passes):
            kept = generator.random(points.shape, dtype=np.float32) >= self.strategy.dropout
            dropped = points * kept / np.float32(1 - self.strategy.dropout)
            changed += (dropped @ head.weight.T + head.bias).argmax(axis=1) != own
        return changed


def medoids(points: NDArray[np.float32], count: int, seed: int) -> NDArray[np.int64]:
    """Return `count` distinct rows of `points` float32[n, D], those nearest to the centres of k-means.

    Where equal images leave fewer clusters, the first other rows fill up.
    """
    nearest = ackmeans(points, points[:0], count, seed=seed, device=choose_device()).eigen[:count]
    others = np.setdiff1d(np.arange(len(points)), nearest)
    return np.concatenate([nearest, others[: count - len(nearest)]])
