"""Synthetic features with known groups."""

import numpy as np
from numpy.typing import NDArray

from ml.features.vectors import l2_normalised


def blobs(
    groups: int, size: int, dimensions: int = 16, noise: float = 0.05, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return (L2-normalised features float32[groups * size, D], group of each row), group after group."""
    generator = np.random.default_rng(seed)
    centres = generator.normal(size=(groups, dimensions))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    group = np.repeat(np.arange(groups), size)
    points = centres[group] + generator.normal(0, noise, (groups * size, dimensions))
    return l2_normalised(points.astype(np.float32)), group
