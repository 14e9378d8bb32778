"""Anchor-Constrained KMeans (paper, Algorithm 1)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ml.anchored_points import AnchoredPoints, Assignment

Init = Literal["k-means++", "random"]


@dataclass(frozen=True)
class Clustering:
    """`centres` float32[m + K, D], the m anchors first and unmoved; `labels` int64[N] index them.

    `eigen` int64[K] are distinct rows: entry j is the one nearest to the new centre m + j.
    `inertia` is the sum of squared distances to the own centre; `n_iter` counts the updates.
    """

    centres: NDArray[np.float32]
    labels: NDArray[np.int64]
    eigen: NDArray[np.int64]
    inertia: float
    n_iter: int


def ackmeans(
    features: NDArray[np.float32],
    anchors: NDArray[np.float32],
    n_new: int,
    *,
    max_iter: int = 50,
    init: Init | NDArray[np.float32] = "k-means++",
    seed: int = 0,
    device: torch.device | str = "cpu",
) -> Clustering:
    """Cluster `features` float32[N, D] around m fixed `anchors` float32[m, D] and K = `n_new` new centres.

    `init` may also be the starting new centres, float32[K, D]. K is smaller than `n_new` when fewer distinct
    points lie apart from every anchor. Labels match the returned centres, and ties go to the anchor.
    """
    if features.ndim != 2 or anchors.ndim != 2 or features.shape[1] != anchors.shape[1]:
        raise ValueError("features and anchors must be matrices with equally many columns")
    if n_new < 0 or len(anchors) + n_new < 1 or max_iter < 1:
        raise ValueError("there must be at least one centre and one iteration")
    points = AnchoredPoints(features, anchors, device)
    if isinstance(init, str):
        start = points.initial_centres(n_new, np.random.default_rng(seed), spread=init == "k-means++")
    else:
        start = points.tensor(init)
    centres, assignment, n_iter = lloyd(points, start, max_iter)
    centres, assignment = repaired(points, centres, assignment)
    return Clustering(
        centres=np.concatenate([anchors, centres.cpu().numpy()]).astype(np.float32),
        labels=assignment.labels.cpu().numpy(),
        eigen=points.nearest_rows(assignment, len(centres)).cpu().numpy(),
        inertia=float(assignment.distances.double().sum()),
        n_iter=n_iter,
    )


def lloyd(
    points: AnchoredPoints, centres: torch.Tensor, max_iter: int
) -> tuple[torch.Tensor, Assignment, int]:
    """Alternate update and assignment until no label changes. Return centres, assignment, updates made."""
    assignment = points.assign(centres)
    for iteration in range(max_iter if len(centres) else 0):
        centres = points.updated_centres(centres, assignment)
        previous, assignment = assignment, points.assign(centres)
        if torch.equal(previous.labels, assignment.labels):
            return centres, assignment, iteration + 1
    return centres, assignment, max_iter if len(centres) else 0


def repaired(
    points: AnchoredPoints, centres: torch.Tensor, assignment: Assignment
) -> tuple[torch.Tensor, Assignment]:
    """Return both after re-seeding empty clusters, and dropping those that no point is left for."""
    for _ in range(len(centres)):
        if bool((points.counts(assignment, len(centres)) > 0).all()):
            break
        centres = points.reseeded(centres, assignment)
        assignment = points.assign(centres)
    filled = points.counts(assignment, len(centres)) > 0
    if not bool(filled.all()):
        centres = centres[filled]
        assignment = points.assign(centres)
    return centres, assignment
