"""Features without their mean, worked out as they are read."""

import numpy as np
from numpy.typing import NDArray

from ml.features.vectors import l2_normalised

# Rows that the mean is summed up from at a time.
BLOCK = 65_536
Stored = NDArray[np.float32] | NDArray[np.float16]
Rows = slice | NDArray[np.int64]


class CentredFeatures:
    """The rows of `features` [N, D] less `mean` float32[D], at length 1 again; read like an array.

    `features` may be a memory map: there is never a copy of all rows. A zero row, which is of an image that
    could not be read, stays zero. `base` is what they are read from, as it is called in NumPy's views.
    """

    def __init__(self, features: Stored) -> None:
        self.base = features
        self.shape: tuple[int, int] = (features.shape[0], features.shape[1])
        self.ndim = 2
        self.mean = mean_of(features)

    def __len__(self) -> int:
        """Return N."""
        return self.shape[0]

    def __getitem__(self, rows: Rows) -> NDArray[np.float32]:
        """Return float32[n, D]."""
        own = np.asarray(self.base[rows], dtype=np.float32)
        return np.where(own.any(axis=1, keepdims=True), l2_normalised(own - self.mean), own)


def mean_of(features: Stored) -> NDArray[np.float32]:
    """Return float32[D], the mean of those rows of `features` [N, D] that are not zero."""
    total, count = np.zeros(features.shape[1]), 0
    for start in range(0, len(features), BLOCK):
        block = np.asarray(features[start : start + BLOCK], dtype=np.float32)
        total += block.sum(axis=0, dtype=np.float64)
        count += int(block.any(axis=1).sum())
    return (total / max(1, count)).astype(np.float32)
