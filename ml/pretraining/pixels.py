"""Decoded images, on disk as far as a budget allows: decoded once, not once an epoch (ADR 29).

`<key>.u8` holds the pixels of one image after another, each uint8[H, W, 3]; `<key>.sizes` holds int32[N, 2],
each image's H and W, where 0 is not decoded yet and -1 unreadable. Images are decoded in their order, and
sizes are written after the pixels that they speak of are on disk: a stopped run goes on where it was.
"""

import errno
import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.errors import UnusableInputError
from ml.images.files.formats import UNDECODABLE
from ml.images.files.rule import PREPROCESSING_VERSION
from ml.pretraining.photos import Pixels, most_bytes
from ml.pretraining.sources import ImageSet
from ml.progress import Progress
from ml.runtime import available_cores

FORMAT = "photos"
WAITING, UNREADABLE = 0, -1
CHUNK = 1024
SMALL = 1 / 8
"""Images are looked at for the cache as though none were smaller than this share of the largest."""


class PixelCache:
    """The readable images of `images` for views of `size` pixels; the first of them come from disk.

    Images beyond the budget are decoded whenever they are asked for; one of those that turns out to be
    unreadable is black. What other runs left in `directory` goes where the budget is used up; what the run
    has `beside` this stays.
    """

    def __init__(
        self,
        images: ImageSet,
        size: int,
        budget: int,
        directory: Path,
        progress: Progress,
        *,
        beside: "PixelCache | None" = None,
    ) -> None:
        self._images = images
        self.size = size
        self._pool = ThreadPoolExecutor(available_cores(), thread_name_prefix="decode")
        count = min(len(images), int(budget / (most_bytes(size) * SMALL)))
        directory.mkdir(parents=True, exist_ok=True)
        self._store = Store(directory / cache_key(images, size, count), count, budget)
        self.key = self._store.key
        self.keys: set[str] = {self.key} | (beside.keys if beside else set())
        make_room(directory, budget - self._store.bytes, self.keys)
        self._decode_missing(directory, progress)
        kept = self._store.sizes[:, 0]
        self._pixels, self._starts = self._store.pixels(), self._store.starts()
        beyond = np.arange(count, len(images))
        self.rows: NDArray[np.int64] = np.concatenate([np.flatnonzero(kept != UNREADABLE), beyond])
        self.unreadable = int((kept == UNREADABLE).sum())

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def bytes(self) -> int:
        """Return the size of what is on disk."""
        return self._store.bytes

    def read(self, indices: NDArray[np.int64]) -> list[Pixels]:
        """Return uint8[H, W, 3] of each of the readable images with these indices."""
        rows = self.rows[indices]
        stored = rows < len(self._starts)
        stored[stored] = self._store.sizes[rows[stored], 0] > 0
        decoded = iter(self._pool.map(self._load_or_black, rows[~stored].tolist()))
        return [
            self._stored(row) if here else next(decoded)
            for row, here in zip(rows.tolist(), stored.tolist(), strict=True)
        ]

    def close(self) -> None:
        """End the decoding threads."""
        self._pool.shutdown(cancel_futures=True)

    def _stored(self, row: int) -> Pixels:
        height, width = self._store.sizes[row].tolist()
        start = int(self._starts[row])
        return self._pixels[start : start + 3 * height * width].reshape(height, width, 3)

    def _load(self, row: int) -> Pixels | None:
        try:
            return self._images.pixels(row, self.size)
        except UNDECODABLE:
            return None

    def _load_or_black(self, row: int) -> Pixels:
        pixels = self._load(row)
        return np.zeros((self.size, self.size, 3), dtype=np.uint8) if pixels is None else pixels

    def _decode_missing(self, directory: Path, progress: Progress) -> None:
        """Decode image after image until the largest that there could be does not fit any more."""
        store, largest = self._store, most_bytes(self.size)
        first = begun = store.done
        while first < len(store.sizes) and (fitting := (store.budget - store.bytes) // largest) > 0:
            rows = range(first, min(first + min(CHUNK, fitting), len(store.sizes)))
            left = len(store.sizes) - begun
            progress((first - begun) / left, "decoding", f"{first:,} of {len(store.sizes):,} images")
            store.add(list(self._pool.map(self._load, rows)))
            make_room(directory, store.budget - store.bytes, self.keys)
            first = store.done


class Store:
    """The two files of a cache, at `path` without their suffixes, for `count` images in `budget` bytes.

    What does not fit in the budget, or was left by a run that could not finish writing it, is made anew. Two
    runs at once write the same bytes to the same places.
    """

    def __init__(self, path: Path, count: int, budget: int) -> None:
        self.key, self.budget = path.name, budget
        self._data, self._table = path.with_suffix(".u8"), path.with_suffix(".sizes")
        self.sizes: NDArray[np.int32] = np.zeros((count, 2), dtype=np.int32)
        self.bytes = 0
        if not self._table.exists() or not self._data.exists():
            self._table.unlink(missing_ok=True)
            return
        found = np.fromfile(self._table, dtype=np.int32)
        found = found[: len(found) // 2 * 2].reshape(-1, 2)[:count]
        taken = int(self._bytes_of(found).sum())
        if taken > min(budget, self._data.stat().st_size):
            self._data.unlink()
            self._table.unlink()
            return
        self.sizes[: len(found)] = found
        self.bytes = taken

    @property
    def done(self) -> int:
        """Return how many images have been looked at: always the first ones."""
        return int((self.sizes[:, 0] != WAITING).sum())

    def add(self, decoded: list[Pixels | None]) -> None:
        """Keep the next images, None for those that cannot be read."""
        first = self.done
        sizes = [(UNREADABLE, UNREADABLE) if pixels is None else pixels.shape[:2] for pixels in decoded]
        content = b"".join(pixels.tobytes() for pixels in decoded if pixels is not None)
        rows = np.array(sizes, dtype=np.int32)
        try:
            write_at(self._data, self.bytes, content)
            write_at(self._table, first * self.sizes.itemsize * 2, rows.tobytes())
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            raise UnusableInputError(f"decoded images cannot be kept on disk: {error.strerror}") from error
        self.sizes[first : first + len(rows)] = rows
        self.bytes += len(content)

    def starts(self) -> NDArray[np.int64]:
        """Return where each image begins, int64[N]."""
        ends: NDArray[np.int64] = np.cumsum(self._bytes_of(self.sizes))
        return ends - self._bytes_of(self.sizes)

    def pixels(self) -> Pixels:
        """Return all bytes, mapped from the disk."""
        if not self.bytes:
            return np.zeros(0, dtype=np.uint8)
        return np.asarray(np.memmap(self._data, dtype=np.uint8, mode="r", shape=(self.bytes,)))

    @staticmethod
    def _bytes_of(sizes: NDArray[np.int32]) -> NDArray[np.int64]:
        taken: NDArray[np.int64] = 3 * np.maximum(sizes, 0).astype(np.int64).prod(axis=1)
        return taken


def write_at(path: Path, place: int, content: bytes) -> None:
    """Have `content` on disk in the file at `path`, from the byte `place` on."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
    try:
        left = memoryview(content)
        while left:
            written = os.pwrite(file, left, place)
            left, place = left[written:], place + written
        os.fsync(file)
    finally:
        os.close(file)


def cache_key(images: ImageSet, size: int, count: int) -> str:
    """Return a name for the first `count` images at `size`, which changes when one of them does."""
    digest = hashlib.sha256(json.dumps([FORMAT, PREPROCESSING_VERSION, size, count]).encode())
    for index in range(count):
        digest.update(images.name(index).encode() + b"\0")
    return digest.hexdigest()[:24]


def make_room(directory: Path, budget: int, keep: set[str]) -> None:
    """Remove the decoded images of other runs, oldest first, until they take at most `budget` bytes."""
    others = [path for path in directory.glob("*.u8") if path.stem not in keep]
    taken = 0
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True):
        taken += path.stat().st_size
        if taken > budget:
            for suffix in (".u8", ".sizes", ".state"):  # `.state` was written by release 0.1
                path.with_suffix(suffix).unlink(missing_ok=True)
