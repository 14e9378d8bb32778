"""Features on a device, read block by block, so that a memory map is never copied whole."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from ml.features.centred import CentredFeatures, Stored

READ_ELEMENTS = 2**22
# Scores of a block against all centres: on a CPU they stay in its cache.
CPU_SCORES = 2**18
GPU_SCORES = 2**25

Features = Stored | CentredFeatures


class FeatureBlocks:
    """The rows of `features` [N, D], float32 or float16, memory-mapped or not, as float32 tensors.

    A GPU holds them all. On the CPU a writable float32 array is shared and anything else is converted as it
    is read, one block at a time. `squared_norms` is float32[N] on the device.
    """

    def __init__(self, features: Features, device: torch.device | str) -> None:
        self.device = torch.device(device)
        self.count, self.width = features.shape
        self._features = features
        self._resident: torch.Tensor | None = None
        if self.device.type != "cpu":
            moved = torch.empty(self.count, self.width, device=self.device)
            for rows, block in self.read():
                moved[rows] = block.to(self.device)
            self._resident = moved
        elif isinstance(features, np.ndarray) and is_shared(features):
            self._resident = torch.from_numpy(features)
        self.squared_norms = torch.empty(self.count, device=self.device)
        for rows, block in self.read():
            self.squared_norms[rows] = torch.linalg.vector_norm(block, dim=1).square_()

    def read(self, rows: int | None = None) -> Iterator[tuple[slice, torch.Tensor]]:
        """Yield (rows, their float32[n, D]) in order, `rows` at a time. A block is valid until the next."""
        size = rows or max(1, READ_ELEMENTS // max(1, self.width))
        buffer = (
            None if self._resident is not None else np.empty((min(size, self.count), self.width), np.float32)
        )
        for start in range(0, self.count, size):
            part = slice(start, min(start + size, self.count))
            if self._resident is not None:
                yield part, self._resident[part]
            elif buffer is not None:
                block = buffer[: part.stop - start]
                np.copyto(block, self._features[part])
                yield part, torch.from_numpy(block)

    def take(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the `rows` int64[n] as float32[n, D]."""
        if self._resident is not None:
            return self._resident.index_select(0, rows)
        return torch.from_numpy(features_at(self._features, rows.numpy()))

    def scored_at_once(self, centres: int) -> int:
        """Return how many rows to compare with `centres` centres at a time."""
        scores = CPU_SCORES if self.device.type == "cpu" else GPU_SCORES
        return max(1024, scores // max(1, centres))

    def tensor(self, matrix: Features) -> torch.Tensor:
        """Return `matrix` as a float32 tensor of its own on the device."""
        return torch.from_numpy(np.array(matrix, dtype=np.float32)).to(self.device)


def is_shared(features: Stored) -> bool:
    """Return whether a tensor can stand on the memory of `features`."""
    return features.dtype == np.float32 and features.flags.c_contiguous and features.flags.writeable


def features_at(features: Features, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the `rows` int64[n] of `features` as float32[n, D], in memory of their own."""
    return np.asarray(features[rows], dtype=np.float32)


def rounding(squared_norm: torch.Tensor, width: int) -> torch.Tensor:
    """Return what two squared distances from a float32 matrix product may be wrong by, taken together.

    It is the worst case of a dot product of `width` terms between vectors of at most `squared_norm`, doubled.
    """
    return squared_norm * (width + 16) * 2.0**-21
