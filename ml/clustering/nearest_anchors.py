"""Each point's nearest anchor, the same to the bit however the anchors were grouped.

A matrix product rounds differently for other shapes. So it only finds the candidates, all anchors within its
rounding of the nearest; their distances are then computed pair by pair. Anchors can thus be added to what is
known from a step before, with the result of computing all of them at once.
"""

from dataclasses import dataclass

import torch

from ml.features.blocks import FeatureBlocks, rounding

PAIR_ELEMENTS = 2**18


@dataclass(frozen=True)
class NearestAnchors:
    """`labels` int64[N], the nearest of m anchors, the first of equals; squared `distances` float32[N].

    Without anchors labels are 0 and distances infinite.
    """

    labels: torch.Tensor
    distances: torch.Tensor

    def renumbered(self, positions: torch.Tensor) -> "NearestAnchors":
        """Return the same with `positions`[j] for anchor j; they must ascend, so that ties stay decided."""
        return NearestAnchors(positions[self.labels] if len(positions) else self.labels, self.distances)


def no_anchors(points: FeatureBlocks) -> NearestAnchors:
    """Return what is known before the first anchor."""
    labels = torch.zeros(points.count, dtype=torch.int64, device=points.device)
    return NearestAnchors(labels, torch.full((points.count,), torch.inf, device=points.device))


def with_anchors(
    points: FeatureBlocks, known: NearestAnchors, anchors: torch.Tensor, positions: torch.Tensor
) -> NearestAnchors:
    """Return `known` with `anchors` float32[n, D] added, labelled `positions` int64[n], which ascend."""
    labels, distances = known.labels.clone(), known.distances.clone()
    if not len(anchors):
        return known
    half_norms = anchors.square().sum(dim=1) / 2
    size = points.scored_at_once(len(anchors))
    scores = torch.empty(min(size, points.count), len(anchors), device=points.device)
    for rows, block in points.read(size):
        norms, own = points.squared_norms[rows], scores[: len(block)]
        torch.addmm(half_norms, block, anchors.T, alpha=-1, out=own)
        doubt = rounding(torch.maximum(norms, 2 * half_norms.max()), points.width)
        least, nearest = own.min(dim=1)
        limit = torch.minimum(least, (distances[rows] - norms) / 2) + doubt
        point, anchor = candidates(own, limit, least, nearest)
        exact = pair_distances(block, point, anchors, anchor)
        best = torch.full_like(norms, torch.inf).scatter_reduce_(0, point, exact, "amin")
        wins = exact == best[point]
        label = torch.full_like(labels[rows], torch.iinfo(torch.int64).max)
        label.scatter_reduce_(0, point[wins], positions[anchor[wins]], "amin")
        better = (best < distances[rows]) | ((best == distances[rows]) & (label < labels[rows]))
        labels[rows] = torch.where(better, label, labels[rows])
        distances[rows] = torch.where(better, best, distances[rows])
    return NearestAnchors(labels, distances)


def candidates(
    scores: torch.Tensor, limit: torch.Tensor, least: torch.Tensor, column: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (row, column) int64[n] of all `scores` [N, m] that are at most `limit` [N]. Spoils `scores`.

    `least` [N] of each row stands in `column` [N]. Most rows have no other: a search would take longer.
    """
    row = torch.nonzero(least <= limit).flatten()
    column = column[row]
    scores[row, column] = torch.inf
    doubtful = row[scores.amin(dim=1)[row] <= limit[row]]
    more, other = torch.nonzero(scores[doubtful] <= limit[doubtful, None], as_tuple=True)
    return torch.cat([row, doubtful[more]]), torch.cat([column, other])


def pair_distances(
    points: torch.Tensor, point: torch.Tensor, anchors: torch.Tensor, anchor: torch.Tensor
) -> torch.Tensor:
    """Return float32[n], the squared distance of every pair of row numbers, each rounded once."""
    size = max(1, PAIR_ELEMENTS // max(1, points.shape[1]))
    pieces = [
        points.index_select(0, point[start : start + size])
        .sub_(anchors.index_select(0, anchor[start : start + size]))
        .square_()
        .sum(dim=1, dtype=torch.float64)
        .float()
        for start in range(0, len(point), size)
    ]
    return torch.cat(pieces) if pieces else torch.empty(0, device=points.device)
