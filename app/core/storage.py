"""Blobs by key: images, thumbnails, what jobs publish. Writes are atomic: no reader sees half a blob."""

import os
import re
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from app.core.config import get_settings

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


class Storage(Protocol):
    """A place for blobs. Keys are slash-separated names such as `images/ab/abcd...`."""

    def put(self, key: str, content: bytes | Path) -> None:
        """Store `content` (bytes, or the file at a path) under `key`, replacing what was there."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return the blob opened for reading; FileNotFoundError where there is none."""
        ...

    def read(self, key: str) -> bytes:
        """Return the blob's bytes; FileNotFoundError where there is none."""
        ...

    def exists(self, key: str) -> bool:
        """Return whether there is a blob under `key`."""
        ...

    def delete(self, key: str) -> None:
        """Remove the blob, or every blob below `key`; nothing happens where there is none."""
        ...

    def publish(self, directory: Path, prefix: str) -> None:
        """Move every file of the finished `directory` in below `prefix`; the directory is gone afterwards."""
        ...

    def local_path(self, key: str) -> Path:
        """Return a path where this machine can read the blob."""
        ...

    def check(self) -> None:
        """Raise OSError where blobs cannot be written."""
        ...


def sync_directory(directory: Path) -> None:
    """Make the names in `directory` durable (POSIX syncs a rename only with its directory)."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class LocalStorage:
    """Blobs as files below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def local_path(self, key: str) -> Path:
        if len(key) > 512 or not _KEY.fullmatch(key):
            raise ValueError(f"{key[:80]!r} is not a storage key")
        return self.root / key

    def put(self, key: str, content: bytes | Path) -> None:
        target = self.local_path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=".put-", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, file, 1024 * 1024)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_directory(target.parent)

    def open(self, key: str) -> BinaryIO:
        return self.local_path(key).open("rb")

    def read(self, key: str) -> bytes:
        return self.local_path(key).read_bytes()

    def exists(self, key: str) -> bool:
        return self.local_path(key).exists()

    def delete(self, key: str) -> None:
        path = self.local_path(key)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def publish(self, directory: Path, prefix: str) -> None:
        for source in sorted(path for path in directory.rglob("*") if path.is_file()):
            self.put(f"{prefix}/{source.relative_to(directory).as_posix()}", source)
        shutil.rmtree(directory)

    def check(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=".check-", dir=self.root) as file:
            file.write(b"1")


@lru_cache
def get_storage() -> Storage:
    """Return the blob store of this process."""
    return LocalStorage(get_settings().blob_directory)
