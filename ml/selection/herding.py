"""Greedy covering of a pool by kernel similarity, the core of MaxHerding and what follows from it.

Bae et al. (2024): with k(x, y) = exp(-|x - y|^2 / sigma^2) and c(x) the similarity of x to the most similar
chosen image, take again and again argmax_u sum_x w(x) max(k(x, u) - c(x), 0). The sum is submodular in what
is chosen: a gain computed earlier bounds the gain now, so that few are computed again for each choice.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from ml.features.vectors import l2_normalised
from ml.runtime import choose_device
from ml.selection.candidates import candidates_of, drawn, points_of
from ml.selection.protocol import SelectionInput

# So many images, drawn by lot from a larger pool, are covered: each choice costs time in proportion, and they
# say as well as all of them where the pool lies.
COVERED = 5_000
BLOCK = 2048
REFRESHED = 64


class Herd:
    """`covered` images (their unit-length features, float32[R, D]) with a weight each, float32[R]."""

    def __init__(self, covered: NDArray[np.float32], weights: NDArray[np.float32], sigma: float) -> None:
        self.device = choose_device()
        self.covered = self.tensor(covered)
        self.weights = self.tensor(weights)
        self.sigma = sigma
        self.similarity = torch.zeros(len(covered), device=self.device)

    def tensor(self, matrix: NDArray[np.float32]) -> torch.Tensor:
        """Return `matrix` on the device."""
        return torch.from_numpy(np.ascontiguousarray(matrix, dtype=np.float32)).to(self.device)

    def kernel(self, points: torch.Tensor) -> torch.Tensor:
        """Return k, float32[n, R], between unit-length `points` [n, D] and the covered images."""
        products = points @ self.covered.T
        return products.sub_(1).clamp_(max=0).mul_(2 / self.sigma**2).exp_()

    def add(self, chosen: torch.Tensor) -> None:
        """Count the images with the features `chosen` [n, D] as chosen."""
        for start in range(0, len(chosen), BLOCK):
            best = self.kernel(chosen[start : start + BLOCK]).amax(dim=0)
            self.similarity = torch.maximum(self.similarity, best)

    def gains(self, points: torch.Tensor) -> torch.Tensor:
        """Return float32[n]: what choosing each of `points` [n, D] would add."""
        gains = torch.empty(len(points), device=self.device)
        for start in range(0, len(points), BLOCK):
            block = self.kernel(points[start : start + BLOCK])
            gains[start : start + BLOCK] = block.sub_(self.similarity).clamp_(min=0) @ self.weights
        return gains

    def greedy(self, candidates: NDArray[np.float32], count: int) -> list[int]:
        """Return `count` rows of `candidates` float32[E, D], each the best after those before it."""
        points = self.tensor(candidates)
        bounds = self.gains(points)
        chosen: list[int] = []
        while len(chosen) < count:
            best = self.best(points, bounds)
            chosen.append(best)
            bounds[best] = -torch.inf
            self.add(points[best : best + 1])
        return chosen

    def best(self, points: torch.Tensor, bounds: torch.Tensor) -> int:
        """Return the row of the highest gain now; `bounds` [E] are lowered where they were looked at."""
        fresh = torch.zeros(len(bounds), dtype=torch.bool, device=self.device)
        while not fresh[row := int(bounds.argmax())]:
            stale = torch.where(fresh, torch.full_like(bounds, -torch.inf), bounds)
            top = stale.topk(min(REFRESHED, len(bounds))).indices
            top = top[torch.isfinite(bounds[top])]
            bounds[top] = torch.minimum(bounds[top], self.gains(points[top]))
            fresh[top] = True
        return row


def herd(
    given: SelectionInput,
    weights: NDArray[np.float32] | None,
    *,
    sigma: float,
    centred: bool = False,
) -> NDArray[np.int64]:
    """Return the rows int64[K] that cover the pool best, on top of what is labelled.

    `weights` float32[N] say how much each image has to be covered (None: all alike). With `centred` the mean
    image is taken out of the features first: what all images share says nothing about which one to ask for.
    """
    generator = np.random.default_rng(given.seed)
    candidates = candidates_of(given, generator)
    rows = drawn(np.concatenate([given.labelled, given.eligible]), COVERED, generator)
    covered = points_of(given, rows)
    mean = covered.mean(axis=0) if centred and len(rows) else np.zeros(1, dtype=np.float32)
    own = np.ones(len(rows), dtype=np.float32) if weights is None else weights[rows]
    covering = Herd(l2_normalised(covered - mean), own, sigma)
    covering.add(covering.tensor(l2_normalised(points_of(given, given.labelled) - mean)))
    count = min(given.ask, len(candidates))
    chosen = covering.greedy(l2_normalised(points_of(given, candidates) - mean), count)
    return candidates[chosen]
