"""Points with fixed anchors: assignment and centre updates for ACKMeans.

Anchors never move, so each point's nearest anchor and its distance are computed once. An iteration then
compares the points with the new centres only, and of the points only those whose cluster may have changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ml.clustering.nearest_anchors import NearestAnchors, no_anchors, with_anchors
from ml.features.blocks import FeatureBlocks, Features, rounding

# Squared distances below this share of the mean squared norm are rounding: such points count as the same.
SAME_POINT = 1e-5
# Nearer than an anchor by less than this share of the largest squared norm is a tie.
TIE = 2.0**-20
# With more stale points than this share, reading all of them in order is faster than picking them out.
MANY = 0.6


@dataclass(frozen=True)
class Assignment:
    """`labels` int64[N] (anchors 0..m-1, new centres from m, -1 is none); squared `distances` float32[N].

    `slack` float32[N] is at most how much nearer the own centre is than any other: a bound on how far centres
    may move before the label changes. `distances` are those to the centres as they are if `current`.
    """

    labels: torch.Tensor
    distances: torch.Tensor
    slack: torch.Tensor
    current: bool = True


class AnchoredPoints:
    """`features` [N, D] on a device, with what `anchors` float32[m, D] make of them.

    Rows that are False in `taking_part` bool[N] have label -1 and influence nothing. With `nearest` the
    anchors' distances are not computed again.
    """

    def __init__(
        self,
        features: Features | FeatureBlocks,
        anchors: NDArray[np.float32],
        device: torch.device | str,
        *,
        taking_part: NDArray[np.bool_] | None = None,
        nearest: NearestAnchors | None = None,
    ) -> None:
        self.points = features if isinstance(features, FeatureBlocks) else FeatureBlocks(features, device)
        self.device, self.tensor = self.points.device, self.points.tensor
        self.anchors, self.anchor_count = anchors, len(anchors)
        if nearest is None:
            positions = torch.arange(len(anchors), device=self.device)
            nearest = with_anchors(self.points, no_anchors(self.points), self.tensor(anchors), positions)
        part = torch.ones(self.points.count, dtype=torch.bool, device=self.device)
        if taking_part is not None:
            part = torch.from_numpy(taking_part).to(self.device)
        norms = self.points.squared_norms[part]
        self.same_point = SAME_POINT * max(float(norms.mean()) if len(norms) else 0.0, 1e-12)
        self.largest_norm = norms.max() if len(norms) else torch.zeros((), device=self.device)
        # Distance 0 keeps a row where it is, out of every new cluster and of every sum of distances.
        self.nearest_anchor = torch.where(part, nearest.labels, -1)
        self.anchor_distances = torch.where(part, self.snapped(nearest.distances), 0.0)

    def snapped(self, distances: torch.Tensor) -> torch.Tensor:
        """Return `distances` with those that are only rounding set to 0."""
        return torch.where(distances <= self.same_point, torch.zeros_like(distances), distances)

    def assign(self, centres: torch.Tensor) -> Assignment:
        """Return each point's nearest of the anchors and `centres` float32[K, D]; ties go to the anchor."""
        if len(centres):
            return self._compared(
                centres, slice(None), self.points.read(self.points.scored_at_once(len(centres)))
            )
        slack = torch.full_like(self.anchor_distances, torch.inf)
        return Assignment(self.nearest_anchor, self.anchor_distances, slack)

    def reassigned(self, centres: torch.Tensor, previous: torch.Tensor, assignment: Assignment) -> Assignment:
        """Return `assignment` to the `previous` centres brought to `centres`.

        No distance to a centre changes by more than the centre moved, so that only points with no slack left
        can change their cluster and are compared again; the `distances` of the others stay as they were.
        """
        moves = (centres.double() - previous.double()).norm(dim=1).float() * (1 + 1e-6)
        own = torch.cat([moves.new_zeros(1), moves])[(assignment.labels - self.anchor_count + 1).clamp(min=0)]
        slack = assignment.slack - (own + moves.max())
        stale = torch.nonzero(slack <= 0).flatten()
        return self._renewed(centres, replace(assignment, slack=slack, current=False), stale)

    def current(self, centres: torch.Tensor, assignment: Assignment) -> Assignment:
        """Return `assignment` with the distances to `centres` brought up; those to anchors never change."""
        if assignment.current:
            return assignment
        rows = torch.nonzero(assignment.labels >= self.anchor_count).flatten()
        return replace(self._renewed(centres, assignment, rows), current=True)

    def _renewed(self, centres: torch.Tensor, assignment: Assignment, rows: torch.Tensor) -> Assignment:
        """Return `assignment` with the points `rows` int64[n], or all when those are many, compared again."""
        if len(rows) > MANY * self.points.count:
            return self.assign(centres)
        size = self.points.scored_at_once(len(centres))
        blocks = (
            (slice(start, start + size), self.points.take(rows[start : start + size]))
            for start in range(0, len(rows), size)
        )
        fresh = self._compared(centres, rows, blocks)
        return replace(
            assignment,
            labels=assignment.labels.index_copy(0, rows, fresh.labels),
            distances=assignment.distances.index_copy(0, rows, fresh.distances),
            slack=assignment.slack.index_copy(0, rows, fresh.slack),
        )

    def _compared(
        self, centres: torch.Tensor, rows: slice | torch.Tensor, blocks: Iterator[tuple[slice, torch.Tensor]]
    ) -> Assignment:
        """Return the assignment of the points `rows`, which `blocks` yields in parts."""
        squared_norms = centres.square().sum(dim=1)
        norms, anchor = self.points.squared_norms[rows], self.anchor_distances[rows]
        label = torch.empty_like(anchor, dtype=torch.int64)
        best, second = torch.empty_like(anchor), torch.empty_like(anchor)
        half_norms = squared_norms / 2
        size = min(self.points.scored_at_once(len(centres)), len(anchor))
        scores = torch.empty(size, len(centres), device=self.device)
        for part, block in blocks:
            own = scores[: len(block)]
            torch.addmm(half_norms, block, centres.T, alpha=-1, out=own)
            torch.min(own, dim=1, out=(best[part], label[part]))
            own.scatter_(1, label[part, None], torch.inf)
            torch.amin(own, dim=1, out=second[part])
        new, other = (norms + 2 * best).clamp_(min=0), torch.minimum(norms + 2 * second, anchor)
        nearer = new < anchor - TIE * self.largest_norm
        distances = torch.where(nearer, new, anchor)
        doubt = rounding(torch.maximum(self.largest_norm, squared_norms.max()), self.points.width)
        other = (torch.where(nearer, other, new) - doubt).clamp_(min=0)
        slack = torch.where(anchor > 0, other.sqrt_() - (distances + doubt).sqrt_(), torch.inf)
        labels = torch.where(nearer, label + self.anchor_count, self.nearest_anchor[rows])
        return Assignment(labels, distances, slack)

    def counts(self, assignment: Assignment, new: int) -> torch.Tensor:
        """Return int64[new]: how many points each new centre has."""
        own = assignment.labels - self.anchor_count
        return torch.bincount(own[own >= 0], minlength=new)

    def updated_centres(self, centres: torch.Tensor, assignment: Assignment) -> torch.Tensor:
        """Return the mean of each new cluster; one without points is re-seeded."""
        counts = self.counts(assignment, len(centres))
        sums = torch.zeros_like(centres)
        for rows, block in self.points.read():
            own = assignment.labels[rows] - self.anchor_count
            # Sorted rows are summed one by one, so that every run rounds alike, unlike with index_add.
            taken = torch.nonzero(own >= 0).flatten()
            order = taken[torch.argsort(own[taken], stable=True)]
            sizes = torch.bincount(own[order], minlength=len(centres))
            sums += functional.embedding_bag(order, block, sizes.cumsum(0) - sizes, mode="sum")
        means = torch.where((counts > 0)[:, None], sums / counts.clamp(min=1)[:, None], centres)
        return self.reseeded(means, assignment) if bool((counts == 0).any()) else means

    def reseeded(self, centres: torch.Tensor, assignment: Assignment) -> torch.Tensor:
        """Return `centres` with each empty one moved to the point farthest from all others."""
        centres = centres.clone()
        filled = self.counts(assignment, len(centres)) > 0
        gaps = self.snapped(self.assign(centres[filled]).distances)
        for index in torch.nonzero(~filled).flatten().tolist():
            row = gaps.argmax()
            if not gaps[row] > 0:
                break
            centres[index] = self.points.take(row[None])[0]
            gaps = self.gaps_after(gaps, row[None])[:, 0]
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
            left = self.gaps_after(gaps, torch.from_numpy(drawn).to(self.device))
            best = int(left.sum(dim=0).argmin())
            rows.append(int(drawn[best]))
            gaps = left[:, best]
        return self.points.take(torch.tensor(rows, dtype=torch.int64, device=self.device))

    def gaps_after(self, gaps: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """Return float32[N, len(rows)]: squared distances to the nearest centre once that row is one too."""
        chosen, norms = self.points.take(rows).T, self.points.squared_norms
        left = torch.empty(self.points.count, len(rows), device=self.device)
        for part, block in self.points.read():
            torch.addmm(norms[rows], block, chosen, alpha=-2, out=left[part])
        left += norms[:, None]
        return torch.minimum(gaps[:, None], self.snapped(left))

    def nearest_rows(self, assignment: Assignment, new: int) -> torch.Tensor:
        """Return int64[new]: the row nearest to each new centre among its own points (none may be empty)."""
        own = torch.nonzero(assignment.labels >= self.anchor_count).flatten()
        order = own[torch.argsort(assignment.distances[own], stable=True)]
        clusters = assignment.labels[order] - self.anchor_count
        place = torch.arange(len(order), device=self.device)
        first = torch.full((new,), len(order), device=self.device).scatter_reduce_(0, clusters, place, "amin")
        return order[first]
