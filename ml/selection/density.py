"""Local density: how close an image is to those around it."""

import numpy as np
import torch
from numpy.typing import NDArray

from ml.features.blocks import Features, features_at

NEIGHBOURS = 20
SAMPLE = 1024
BLOCK = 4096


def local_density(
    features: Features,
    rows: NDArray[np.int64],
    seed: int = 0,
    sample: int = SAMPLE,
    neighbours: int = NEIGHBOURS,
) -> NDArray[np.float32]:
    """Return float32[n]: 1 / (mean distance to the nearest neighbours) among `rows` int64[n] of `features`.

    Up to 20 (`neighbours`) count, at most half of the others, from a seeded sample of a large set.
    """
    count = len(rows)
    if count < 2:
        return np.ones(count, dtype=np.float32)
    chosen = np.arange(count)
    if count > sample:
        chosen = np.random.default_rng(seed).choice(count, sample, replace=False)
    places, others = torch.from_numpy(chosen), torch.from_numpy(features_at(features, rows[chosen]))
    neighbours = max(1, min(neighbours, (len(chosen) - 1) // 2))
    density = np.empty(count, dtype=np.float32)
    for start in range(0, count, BLOCK):
        block = torch.from_numpy(features_at(features, rows[start : start + BLOCK]))
        distances = squared_distances(block, others)
        own = torch.arange(start, start + len(block))[:, None] == places
        distances.masked_fill_(own, torch.inf)
        nearest = distances.topk(neighbours, dim=1, largest=False).values.clamp(min=0).sqrt()
        density[start : start + BLOCK] = 1 / (nearest.mean(dim=1).numpy() + np.float32(1e-5))
    return density


def squared_distances(points: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Return float32[n, k], the squared Euclidean distances between `points` and `others`."""
    norms = points.square().sum(dim=1, keepdim=True)
    return norms + others.square().sum(dim=1) - 2 * points @ others.T
