"""Points with fixed anchors: distances, assignment and centre updates for ACKMeans.

Anchors never move, so each point's nearest anchor and its distance are computed once; an iteration then
compares the points with the new centres only.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

BLOCK_ELEMENTS = 2**23
# Squared distances below this share of the mean squared norm are rounding: such points count as the same.
SAME_POINT = 1e-5


@dataclass(frozen=True)
class Assignment:
    """`labels` int64[N] (anchors 0..m-1, new centres from m) and squared `distances` float32[N]."""

    labels: torch.Tensor
    distances: torch.Tensor


class AnchoredPoints:
    """`features` float32[N, D] on a device, with what `anchors` float32[m, D] make of them."""

    def __init__(
        self, features: NDArray[np.float32], anchors: NDArray[np.float32], device: torch.device | str
    ) -> None:
        self.device = torch.device(device)
        self.points = self.tensor(features)
        self.squared_norms = self.points.square().sum(dim=1)
        mean = float(self.squared_norms.mean()) if len(self.points) else 0.0
        self.same_point = SAME_POINT * max(mean, 1e-12)
        self.anchor_count = len(anchors)
        self.nearest_anchor, distances = self.nearest(self.tensor(anchors))
        self.anchor_distances = self.snapped(distances)

    def tensor(self, matrix: NDArray[np.float32]) -> torch.Tensor:
        """Return `matrix` as float32 on the device."""
        return torch.from_numpy(np.ascontiguousarray(matrix, dtype=np.float32)).to(self.device)

    def snapped(self, distances: torch.Tensor) -> torch.Tensor:
        """Return `distances` with those that are only rounding set to 0."""
        return torch.where(distances <= self.same_point, torch.zeros_like(distances), distances)

    def nearest(self, centres: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return int64[N], each point's nearest of `centres`, and the squared distance (inf without any)."""
        count = len(self.points)
        labels = torch.zeros(count, dtype=torch.int64, device=self.device)
        distances = torch.full((count,), torch.inf, device=self.device)
        if not len(centres):
            return labels, distances
        half_norms = centres.square().sum(dim=1) / 2
        rows = max(1, BLOCK_ELEMENTS // len(centres))
        for start in range(0, count, rows):
            block = slice(start, start + rows)
            scores = torch.addmm(half_norms, self.points[block], centres.T, alpha=-1)
            best, labels[block] = scores.min(dim=1)
            distances[block] = (self.squared_norms[block] + 2 * best).clamp_(min=0)
        return labels, distances

    def assign(self, centres: torch.Tensor) -> Assignment:
        """Return each point's nearest of the anchors and `centres` float32[K, D]; ties go to the anchor."""
        labels, distances = self.nearest(centres)
        nearer = distances < self.anchor_distances
        return Assignment(
            torch.where(nearer, labels + self.anchor_count, self.nearest_anchor),
            torch.where(nearer, distances, self.anchor_distances),
        )

    def counts(self, assignment: Assignment, new: int) -> torch.Tensor:
        """Return int64[new]: how many points each new centre has."""
        return torch.bincount(assignment.labels, minlength=self.anchor_count + new)[self.anchor_count :]

    def updated_centres(self, centres: torch.Tensor, assignment: Assignment) -> torch.Tensor:
        """Return the mean of each new cluster; one without points is re-seeded."""
        counts = self.counts(assignment, len(centres))
        sums = torch.zeros_like(centres)
        rows = max(1, BLOCK_ELEMENTS // max(1, len(centres)))
        for start in range(0, len(self.points), rows):
            own = assignment.labels[start : start + rows, None] - self.anchor_count
            # A product with the indicator matrix is deterministic on every device, unlike index_add.
            indicator = (own == torch.arange(len(centres), device=self.device)).to(centres.dtype)
            sums += indicator.T @ self.points[start : start + rows]
        means = torch.where((counts > 0)[:, None], sums / counts.clamp(min=1)[:, None], centres)
        return self.reseeded(means, assignment) if bool((counts == 0).any()) else means

    def reseeded(self, centres: torch.Tensor, assignment: Assignment) -> torch.Tensor:
        """Return `centres` with each empty one moved to the point farthest from all others."""
        centres = centres.clone()
        filled = self.counts(assignment, len(centres)) > 0
        gaps = self.snapped(self.assign(centres[filled]).distances)
        for index in torch.nonzero(~filled).flatten().tolist():
            row = int(gaps.argmax())
            if not gaps[row] > 0:
                break
            centres[index] = self.points[row]
            gaps = self.gaps_after(gaps, [row])[:, 0]
        return centres

    def initial_centres(self, count: int, generator: np.random.Generator, *, spread: bool) -> torch.Tensor:
        """Return up to `count` distinct points, none at an anchor, as float32[<= count, D].

        With `spread` by greedy k-means++: of a few points drawn with probability proportional to the squared
        distance to the anchors and the points chosen so far, the one that lowers the inertia most. Otherwise
        uniformly.
        """
        trials = 2 + int(np.log(max(count, 1))) if spread else 1
        gaps = self.anchor_distances
        rows: list[int] = []
        for _ in range(count):
            weights = gaps.double().cpu().numpy()
            if not spread or np.isinf(weights).any():
                weights = (weights > 0).astype(np.float64)
            if not weights.sum() > 0:
                break
            drawn = generator.choice(len(weights), trials, p=weights / weights.sum())
            left = self.gaps_after(gaps, drawn.tolist())
            best = int(left.sum(dim=0).argmin())
            rows.append(int(drawn[best]))
            gaps = left[:, best]
        return self.points[rows]

    def gaps_after(self, gaps: torch.Tensor, rows: list[int]) -> torch.Tensor:
        """Return float32[N, len(rows)]: squared distances to the nearest centre once that row is one too."""
        products = self.points @ self.points[rows].T
        distances = self.squared_norms[:, None] + self.squared_norms[rows] - 2 * products
        return torch.minimum(gaps[:, None], self.snapped(distances))

    def nearest_rows(self, assignment: Assignment, new: int) -> torch.Tensor:
        """Return int64[new]: the row nearest to each new centre among its own points (none may be empty)."""
        order = torch.argsort(assignment.distances, stable=True)
        labels = assignment.labels[order] - self.anchor_count
        rows = torch.empty(new, dtype=torch.int64, device=self.device)
        for cluster in range(new):
            rows[cluster] = order[int(torch.nonzero(labels == cluster)[0, 0])]
        return rows
