"""What a blob store does. Keys are slash-separated names such as `images/ab/abcd...`."""

import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.core.unfinished import discard

CHUNK_BYTES = 1024 * 1024
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")

Progress = Callable[[int, int], None]
"""Called with (blobs here, blobs wanted), at least twice a second; what it raises ends the work."""


class StorageUnavailableError(Exception):
    """The store does not answer, or refuses this service; the message says which, without secrets."""


def checked(key: str) -> str:
    """Return `key`; ValueError where it is none, so that no key leads out of the store."""
    if len(key) > 512 or not _KEY.fullmatch(key):
        raise ValueError(f"{key[:80]!r} is not a storage key")
    return key


def relative_files(directory: Path) -> list[tuple[Path, str]]:
    """Return every file below `directory` with its name from there, slashes between, in order."""
    found = sorted(path for path in directory.rglob("*") if path.is_file())
    return [(path, path.relative_to(directory).as_posix()) for path in found]


@dataclass(frozen=True)
class Blob:
    """A blob that is being read: the `size` in bytes of all of it, and the bytes asked for, in pieces."""

    size: int
    pieces: Iterator[bytes]


class Putter(Protocol):
    """Where blobs go to."""

    def put(self, key: str, content: bytes | Path) -> None:
        """Store `content` (bytes, or the file at a path) under `key`, replacing what was there.

        No reader sees half of it.
        """
        ...


class Storage(ABC):
    """A place for blobs. Every method may raise StorageUnavailableError."""

    @abstractmethod
    def describe(self) -> str:
        """Return where the blobs are, for people, without secrets."""

    @abstractmethod
    def check(self) -> None:
        """Raise OSError or StorageUnavailableError where blobs cannot be written."""

    def put(self, key: str, content: bytes | Path) -> None:
        """Store one blob; see `Putter.put`."""
        with self.together() as batch:
            batch.put(key, content)

    @abstractmethod
    def together(self) -> AbstractContextManager[Putter]:
        """Yield where to put many blobs, from any thread: all are there and durable after the block.

        A block that raises stores none of them, or some.
        """

    def publish(self, directory: Path, prefix: str) -> None:
        """Move every file of the finished `directory` in below `prefix`; the directory is gone afterwards."""
        with self.together() as batch:
            for path, name in relative_files(directory):
                batch.put(f"{prefix}/{name}", path)
        shutil.rmtree(directory)

    @abstractmethod
    def read(self, key: str) -> bytes:
        """Return the blob's bytes; FileNotFoundError where there is none."""

    @abstractmethod
    def open(self, key: str, start: int = 0, stop: int | None = None) -> Blob:
        """Return the bytes from `start` (within the blob) up to `stop`; FileNotFoundError without a blob."""

    @abstractmethod
    def file(self, key: str) -> Path | None:
        """Return where the file lies that is the blob, if there is one; None for a store without files."""

    @abstractmethod
    def sizes(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the size in bytes of each blob of `keys` that there is."""

    def exists(self, key: str) -> bool:
        """Return whether there is a blob under `key`."""
        return bool(self.sizes([key]))

    @abstractmethod
    def below(self, prefix: str) -> Iterator[str]:
        """Yield the key of every blob below `prefix`."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove the blob, or every blob below `key`; nothing happens where there is none."""

    @abstractmethod
    def delete_all(self, keys: Iterable[str]) -> None:
        """Remove these blobs; nothing happens where there is none."""

    @abstractmethod
    def local_path(self, key: str) -> Path:
        """Return where this machine reads the blob inside `local_copies`."""

    @abstractmethod
    def local_copies(self, paths: Iterable[str | Path], progress: Progress) -> AbstractContextManager[None]:
        """Have the blobs of these `local_path`s here while the block runs; those that are gone stay away.

        Paths that lie elsewhere are left to themselves.
        """

    @abstractmethod
    def abandoned(self) -> list[Path]:
        """Return what writers that were killed more than an hour ago left half-written on this machine."""

    def discard_unfinished(self) -> None:
        """Remove what is `abandoned`."""
        discard(self.abandoned())
