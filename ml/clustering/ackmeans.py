"""Anchor-Constrained KMeans (paper, Algorithm 1)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ml.clustering.anchored_points import AnchoredPoints, Assignment
from ml.features.blocks import Features

Init = Literal["k-means++", "random"]


@dataclass(frozen=True)
class Clustering:
    """`centres` float32[m + K, D], the m anchors first and unmoved; `labels` int64[N] index them.

    Points that take no part have label -1. `eigen` int64[K] are distinct rows: entry j is the one nearest to
    the new centre m + j. `inertia` is the sum of squared distances to the own centre; `n_iter` counts the
    updates.
    """

    centres: NDArray[np.float32]
    labels: NDArray[np.int64]
    eigen: NDArray[np.int64]
    inertia: float
    n_iter: int


def ackmeans(
    features: Features,
    anchors: NDArray[np.float32],
    n_new: int,
    *,
    max_iter: int = 50,
    init: Init | NDArray[np.float32] = "k-means++",
    seed: int = 0,
    device: torch.device | str = "cpu",
) -> Clustering:
    """Cluster `features` [N, D] around m fixed `anchors` float32[m, D] and K = `n_new` new centres.

    `features` are float32 or float16 and may be a memory map, which is read in blocks. `init` may also be the
    starting new centres, float32[K, D]. K is smaller than `n_new` when fewer distinct points lie apart from
    every anchor. Labels match the returned centres, and ties go to the anchor.
    """
    if features.ndim != 2 or anchors.ndim != 2 or features.shape[1] != anchors.shape[1]:
        raise ValueError("features and anchors must be matrices with equally many columns")
    points = AnchoredPoints(features, anchors, device)
    return clustered(points, n_new, max_iter=max_iter, init=init, seed=seed)


def clustered(
    points: AnchoredPoints,
    n_new: int,
    *,
    max_iter: int = 50,
    init: Init | NDArray[np.float32] = "k-means++",
    seed: int = 0,
) -> Clustering:
    """Return what `ackmeans` does, of points whose anchors are known; some of them may take no part."""
    if n_new < 0 or points.anchor_count + n_new < 1 or max_iter < 1:
        raise ValueError("there must be at least one centre and one iteration")
    if isinstance(init, str):
        start = points.initial_centres(n_new, np.random.default_rng(seed), spread=init == "k-means++")
    else:
        start = points.tensor(init)
    centres, assignment, n_iter = lloyd(points, start, max_iter)
    centres, assignment = repaired(points, centres, assignment)
    return Clustering(
        centres=np.concatenate([points.anchors, centres.cpu().numpy()]).astype(np.float32),
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
    updates = 0
    while len(centres) and updates < max_iter:
        previous, before = centres, assignment
        centres = points.updated_centres(previous, before)
        assignment = points.reassigned(centres, previous, before)
        updates += 1
        if torch.equal(before.labels, assignment.labels):
            break
    return centres, points.current(centres, assignment), updates


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
