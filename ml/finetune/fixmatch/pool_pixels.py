"""The pool's images as the encoder is shown them, decoded once as far as memory allows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from ml.images.transforms import Framing, load_pixels
from ml.messages import ImageFile
from ml.progress import Progress
from ml.runtime import available_cores

BUDGET_BYTES = 4 * 2**30
CHUNK = 256


class PoolPixels:
    """Reads `images` at `size` pixels a side; those beyond the budget are decoded whenever asked for."""

    def __init__(
        self, images: list[ImageFile], size: int, framing: Framing, budget: int = BUDGET_BYTES
    ) -> None:
        self.paths = [image.path for image in images]
        self.load = partial(load_pixels, size=size, framing=framing)
        self.kept = np.empty((min(len(images), budget // (3 * size * size)), size, size, 3), dtype=np.uint8)

    def decode(self, progress: Progress) -> None:
        """Decode what is kept in memory."""
        for start in range(0, len(self.kept), CHUNK):
            progress(start / len(self.kept), "decoding", f"{start:,} of {len(self.kept):,} images")
            end = min(start + CHUNK, len(self.kept))
            self.kept[start:end] = np.stack(list(self.decoded(self.paths[start:end])))

    def read(self, rows: NDArray[np.int64]) -> torch.Tensor:
        """Return uint8[B, 3, S, S] of the images with these numbers."""
        later = np.flatnonzero(rows >= len(self.kept))
        pixels = np.empty((len(rows), *self.kept.shape[1:]), dtype=np.uint8)
        present = rows < len(self.kept)
        pixels[present] = self.kept[rows[present]]
        for place, found in zip(later, self.decoded([self.paths[rows[i]] for i in later]), strict=True):
            pixels[place] = found
        return torch.from_numpy(pixels).permute(0, 3, 1, 2)

    def decoded(self, paths: list[str]) -> Iterator[NDArray[np.uint8]]:
        """Yield the pixels of the files at `paths`, decoded in one thread a core."""
        if paths:
            with ThreadPoolExecutor(available_cores(), thread_name_prefix="decode") as pool:
                yield from pool.map(self.load, paths)
