"""Features on disk, shared by every project: computed once per encoder, preprocessing, size and image.

One directory per key holds two append-only files: `features.f16`, one float16 row per image, and `index.bin`,
the 32 bytes of the image's sha256 per row. The index is written after the rows are on disk, so that a crash
leaves at most rows that nothing points to; the next writer cuts them off.
"""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from ml.transforms import PREPROCESSING_VERSION

DIGEST_BYTES = 32
LARGEST = float(np.finfo(np.float16).max)


class FeatureCache:
    """The cached features of one encoder at one image size."""

    def __init__(self, root: Path, weights_sha256: str, image_size: int, feature_dim: int) -> None:
        key = {
            "weights": weights_sha256,
            "preprocessing": PREPROCESSING_VERSION,
            "image_size": image_size,
            "feature_dim": feature_dim,
        }
        name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:24]
        self.feature_dim = feature_dim
        self.directory = root / "features" / name
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "key.json").write_text(json.dumps(key, indent=2))
        self._features = self.directory / "features.f16"
        self._index = self.directory / "index.bin"
        self._features.touch()
        self._index.touch()
        self._lock = FileLock(self.directory / "write.lock")
        self._rows: dict[str, int] = {}
        self._digests_read = 0

    @property
    def row_bytes(self) -> int:
        """Return the bytes of one row of features."""
        return self.feature_dim * np.dtype(np.float16).itemsize

    def _refresh(self) -> None:
        """Read what the index has gained since the last look."""
        with self._index.open("rb") as file:
            file.seek(self._digests_read * DIGEST_BYTES)
            gained = file.read()
        stored = self._features.stat().st_size // self.row_bytes
        gained = gained[: max(0, stored - self._digests_read) * DIGEST_BYTES]
        for start in range(0, len(gained) - DIGEST_BYTES + 1, DIGEST_BYTES):
            self._rows[gained[start : start + DIGEST_BYTES].hex()] = self._digests_read
            self._digests_read += 1

    def missing(self, digests: list[str]) -> list[str]:
        """Return the distinct sha256 among `digests` that have no features yet, in order."""
        self._refresh()
        return [digest for digest in dict.fromkeys(digests) if digest not in self._rows]

    def read(self, digests: list[str]) -> NDArray[np.float32]:
        """Return float32[len(digests), D]. Raises KeyError when one is missing."""
        self._refresh()
        rows = np.array([self._rows[digest] for digest in digests], dtype=np.int64)
        if not rows.size:
            return np.zeros((0, self.feature_dim), dtype=np.float32)
        stored = np.memmap(self._features, dtype=np.float16, mode="r")
        matrix = stored[: self._digests_read * self.feature_dim].reshape(-1, self.feature_dim)
        return matrix[rows].astype(np.float32)

    def append(self, digests: list[str], features: NDArray[np.float32]) -> None:
        """Store `features` float32[len(digests), D], except those that another process stored meanwhile."""
        with self._lock:
            wanted = set(self.missing(digests))
            keep = [row for row, digest in enumerate(digests) if digest in wanted]
            rounded = np.clip(features[keep], -LARGEST, LARGEST).astype(np.float16)
            append_bytes(self._features, self._digests_read * self.row_bytes, rounded.tobytes())
            names = b"".join(bytes.fromhex(digests[row]) for row in keep)
            append_bytes(self._index, self._digests_read * DIGEST_BYTES, names)
        self._refresh()


def append_bytes(path: Path, size: int, content: bytes) -> None:
    """Write `content` to the file at `path` after its first `size` bytes, and wait until it is on disk."""
    with path.open("r+b") as file:
        file.truncate(size)
        file.seek(size)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
