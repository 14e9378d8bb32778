"""Features on disk, shared by every project: computed once per encoder, preprocessing, size and image.

One directory per key holds two append-only files: `features.f16`, one float16 row per image, and `index.bin`,
the 32 bytes of the image's sha256 per row. The index is written after the rows are on disk, so that a crash
leaves at most rows that nothing points to; the next writer cuts them off. `width` says how many numbers a row
has: as many as the network gave for the first image, whatever a description says, and every later row too.
"""

import hashlib
import json
import os
import shutil
import time
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from ml.encoders.digest_index import DIGEST_BYTES, DigestIndex, Digests, first_of_each
from ml.errors import UnusableInputError
from ml.images.files.rule import PREPROCESSING_VERSION
from ml.whole_file import written_whole

# 1 had rows as wide as the encoder's description said: for some networks others than they were written with.
FORMAT = 2
KEY = "key.json"
"""Written whenever a cache is opened: its time says when that was."""
UNUSED_SECONDS = 24 * 3600.0
"""An embedding stores what it has every few seconds: what rests for a day is not amid one."""
LARGEST = float(np.finfo(np.float16).max)


class FeatureCache:
    """The cached features of one encoder at one image size; `width` is D, None before any are stored."""

    def __init__(self, root: Path, weights_sha256: str, image_size: int) -> None:
        drop_outdated(root / "features")
        key = versions() | {"weights": weights_sha256, "image_size": image_size}
        name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:24]
        self.directory = root / "features" / name
        self.directory.mkdir(parents=True, exist_ok=True)
        with written_whole(self.directory / KEY) as partial:
            partial.write_text(json.dumps(key, indent=2))
        self._features = self.directory / "features.f16"
        self._index = self.directory / "index.bin"
        self._width = self.directory / "width"
        self._features.touch()
        self._index.touch()
        self._lock = FileLock(self.directory / "write.lock")
        self._rows = DigestIndex()
        self.width: int | None = None

    def _row_bytes(self) -> int:
        return (self.width or 0) * np.dtype(np.float16).itemsize

    def _refresh(self) -> None:
        """Read what the index has gained since the last look."""
        if self.width is None and self._width.exists():
            self.width = int(self._width.read_text())
        if self.width is None:
            return
        stored = self._features.stat().st_size // self._row_bytes()
        with self._index.open("rb") as file:
            file.seek(len(self._rows) * DIGEST_BYTES)
            gained = file.read(max(0, stored - len(self._rows)) * DIGEST_BYTES)
        whole = len(gained) // DIGEST_BYTES * DIGEST_BYTES
        self._rows.add(np.frombuffer(gained[:whole], dtype=np.uint8).reshape(-1, DIGEST_BYTES))

    def find(self, digests: Digests) -> NDArray[np.int64]:
        """Return int64[N], the rows of `stored` that `digests` uint8[N, 32] have; -1 of those without any."""
        self._refresh()
        return self._rows.find(digests)

    def missing(self, digests: Digests) -> NDArray[np.int64]:
        """Return where the first of each of `digests` uint8[N, 32] stands that has no features, ascending."""
        without = np.flatnonzero(self.find(digests) < 0)
        return without[first_of_each(digests[without])]

    @property
    def stored(self) -> NDArray[np.float16]:
        """Return float16[n, D], a map of the file, which grows when digests are found that came since."""
        width = self.width or 0
        if not len(self._rows):
            return np.zeros((0, width), dtype=np.float16)
        return np.memmap(self._features, dtype=np.float16, mode="r", shape=(len(self._rows), width))

    def append(self, digests: Digests, features: NDArray[np.float32]) -> None:
        """Store `features` float32[len(digests), D], except those that another process stored meanwhile.

        Raises UnusableInputError where D is not that of the rows already stored: none is written then.
        """
        with self._lock:
            keep = self.missing(digests)
            self._require_width(features.shape)
            rounded = np.clip(features[keep], -LARGEST, LARGEST).astype(np.float16)
            append_bytes(self._features, len(self._rows) * self._row_bytes(), rounded.tobytes())
            append_bytes(self._index, len(self._rows) * DIGEST_BYTES, digests[keep].tobytes())
        self._refresh()

    def _require_width(self, shape: tuple[int, ...]) -> None:
        if len(shape) != 2 or self.width not in {None, shape[1]}:
            raise UnusableInputError(
                f"the network gave features of shape {list(shape)}; "
                + (f"those kept of it have {self.width} numbers an image" if self.width else "rows are kept")
            )
        if self.width is None:
            with written_whole(self._width) as partial:
                partial.write_text(str(shape[1]))
            self.width = shape[1]


def versions() -> dict[str, object]:
    """Return the part of a key that changes with releases."""
    return {"format": FORMAT, "preprocessing": PREPROCESSING_VERSION}


def drop_outdated(directory: Path) -> None:
    """Remove the caches in `directory` of other releases, once nobody has used them for `UNUSED_SECONDS`.

    During an upgrade workers of the release before may run on, and fill and read theirs.
    """
    for path in directory.glob(f"*/{KEY}"):
        try:
            key = json.loads(path.read_text())
            outdated = {name: key.get(name) for name in versions()} != versions()
            if outdated and time.time() - last_used(path.parent) > UNUSED_SECONDS:
                shutil.rmtree(path.parent, ignore_errors=True)
        except (OSError, ValueError):
            continue  # another process is about to write it, or has just removed it


def last_used(cache: Path) -> float:
    """Return when the cache in the folder `cache` was last opened or written to, in seconds of the clock."""
    return max(file.stat().st_mtime for file in cache.iterdir())


def append_bytes(path: Path, size: int, content: bytes) -> None:
    """Write `content` to the file at `path` after its first `size` bytes, and wait until it is on disk."""
    with path.open("r+b") as file:
        file.truncate(size)
        file.seek(size)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
