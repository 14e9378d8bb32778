"""Decoded images at training size, on disk as far as a budget allows: decoded once, not once an epoch.

`<key>.u8` holds uint8[N, S, S, 3], `<key>.state` one byte an image: not decoded yet, decoded, or unreadable.
States are written after the pixels they speak of are on disk, so that a stopped run goes on where it was.
"""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.errors import UnusableInputError
from ml.images.files.formats import UNDECODABLE
from ml.images.files.rule import PREPROCESSING_VERSION
from ml.pretraining.sources import ImageSet
from ml.progress import Progress
from ml.runtime import available_cores

WAITING, READY, UNREADABLE = 0, 1, 2
CHUNK = 1024


class PixelCache:
    """The readable images of `images` at `size` pixels a side; the first of them come from disk.

    Images beyond the budget are decoded whenever they are asked for; one of those that turns out to be
    unreadable is black.
    """

    def __init__(self, images: ImageSet, size: int, budget: int, directory: Path, progress: Progress) -> None:
        self._images = images
        self.size = size
        self._pool = ThreadPoolExecutor(available_cores(), thread_name_prefix="decode")
        count = min(len(images), budget // (3 * size * size))
        directory.mkdir(parents=True, exist_ok=True)
        key = cache_key(images, size, count)
        make_room(directory, budget - 3 * count * size * size, keep=key)
        self._pixels = mapped(directory / f"{key}.u8", (count, size, size, 3))
        state = mapped(directory / f"{key}.state", (count,))
        self._decode_missing(state, progress)
        readable = np.flatnonzero(np.asarray(state) == READY)
        self.rows: NDArray[np.int64] = np.concatenate([readable, np.arange(count, len(images))])
        self.unreadable = count - len(readable)

    def __len__(self) -> int:
        return len(self.rows)

    def read(self, indices: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return uint8[len(indices), S, S, 3] of the readable images with these indices."""
        rows = self.rows[indices]
        stored = rows < len(self._pixels)
        if stored.all():
            return np.asarray(self._pixels[rows])
        batch = np.empty((len(rows), self.size, self.size, 3), dtype=np.uint8)
        batch[stored] = self._pixels[rows[stored]]
        batch[~stored] = np.stack(list(self._pool.map(self._load_or_black, rows[~stored].tolist())))
        return batch

    def close(self) -> None:
        """End the decoding threads."""
        self._pool.shutdown(cancel_futures=True)

    def _load(self, row: int) -> NDArray[np.uint8] | None:
        try:
            return self._images.pixels(row, self.size)
        except UNDECODABLE:
            return None

    def _load_or_black(self, row: int) -> NDArray[np.uint8]:
        pixels = self._load(row)
        return np.zeros((self.size, self.size, 3), dtype=np.uint8) if pixels is None else pixels

    def _decode_missing(self, state: NDArray[np.uint8], progress: Progress) -> None:
        waiting = np.flatnonzero(np.asarray(state) == WAITING)
        for start in range(0, len(waiting), CHUNK):
            rows = waiting[start : start + CHUNK].tolist()
            progress(start / len(waiting), "decoding", f"{start:,} of {len(waiting):,} images")
            decoded = list(self._pool.map(self._load, rows))
            for row, pixels in zip(rows, decoded, strict=True):
                if pixels is not None:
                    self._pixels[row] = pixels
            flush(self._pixels)
            state[rows] = [UNREADABLE if pixels is None else READY for pixels in decoded]
            flush(state)


def cache_key(images: ImageSet, size: int, count: int) -> str:
    """Return a name for the first `count` images at `size`, which changes when one of them does."""
    digest = hashlib.sha256(json.dumps([PREPROCESSING_VERSION, size, count]).encode())
    for index in range(count):
        digest.update(images.name(index).encode() + b"\0")
    return digest.hexdigest()[:24]


def mapped(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the file at `path` as a writable uint8 array, made of zeros where it is not there."""
    if not np.prod(shape):
        return np.zeros(shape, dtype=np.uint8)
    mode: Literal["r+", "w+"] = "r+" if path.exists() and path.stat().st_size == np.prod(shape) else "w+"
    try:
        array: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode=mode, shape=shape)
    except OSError as error:
        raise UnusableInputError(f"decoded images cannot be kept on disk: {error.strerror}") from error
    return array


def flush(array: NDArray[np.uint8]) -> None:
    """Have the written part of a mapped array on disk."""
    if isinstance(array, np.memmap):
        array.flush()


def make_room(directory: Path, budget: int, keep: str) -> None:
    """Remove the decoded images of other runs, oldest first, until they take at most `budget` bytes."""
    others = [path for path in directory.glob("*.u8") if path.stem != keep]
    taken = 0
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True):
        taken += path.stat().st_size
        if taken > budget:
            path.unlink(missing_ok=True)
            path.with_suffix(".state").unlink(missing_ok=True)
