"""Blobs by key: images, thumbnails, what jobs publish. Writes are atomic: no reader sees half a blob."""

import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from app.core.config import get_settings
from app.core.durable import make_durable

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


UNFINISHED_SECONDS = 3600.0


class Putter(Protocol):
    """Where blobs go to."""

    def put(self, key: str, content: bytes | Path) -> None:
        """Store `content` (bytes, or the file at a path) under `key`, replacing what was there."""
        ...


class Storage(Putter, Protocol):
    """A place for blobs. Keys are slash-separated names such as `images/ab/abcd...`."""

    def together(self) -> AbstractContextManager[Putter]:
        """Yield where to put many blobs, from any thread: all are there and durable after the block.

        A block that raises stores none of them, or some.
        """
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

    def discard_unfinished(self) -> None:
        """Remove what writers that were killed more than an hour ago left half-written."""
        ...


class LocalStorage:
    """Blobs as files below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def local_path(self, key: str) -> Path:
        return Path(self.path(key))

    def path(self, key: str) -> str:
        """Return the local path as text: a Path for each of very many blobs takes time."""
        if len(key) > 512 or not _KEY.fullmatch(key):
            raise ValueError(f"{key[:80]!r} is not a storage key")
        return f"{self.root}/{key}"

    def put(self, key: str, content: bytes | Path) -> None:
        with self.together() as batch:
            batch.put(key, content)

    @contextmanager
    def together(self) -> Iterator[Putter]:
        batch = _Batch(self)
        try:
            yield batch
            batch.finish()
        finally:
            batch.discard()

    @property
    def unfinished(self) -> Path:
        """Where files are written before they get their names; no key leads there."""
        return self.root / ".unfinished"

    def discard_unfinished(self) -> None:
        before = time.time() - UNFINISHED_SECONDS
        for path in self.unfinished.glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    shutil.rmtree(path)

    def open(self, key: str) -> BinaryIO:
        return self.local_path(key).open("rb")

    def read(self, key: str) -> bytes:
        return self.local_path(key).read_bytes()

    def exists(self, key: str) -> bool:
        return os.path.exists(self.path(key))  # noqa: PTH110

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


class _Batch:
    """Files that are written apart, made durable, and only then given their names.

    Each thread writes to a folder of its own: side by side in one, they wait for each other in the kernel.
    """

    def __init__(self, storage: LocalStorage) -> None:
        self._storage = storage
        self._folders: dict[int, str] = {}
        self._targets: dict[str, str] = {}

    def put(self, key: str, content: bytes | Path) -> None:
        target = self._storage.path(key)
        temporary = f"{self._folder()}/{len(self._targets)}"
        self._targets[temporary] = target
        with open(temporary, "wb") as file:  # noqa: PTH123
            if isinstance(content, bytes):
                file.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file, 1024 * 1024)

    def _folder(self) -> str:
        thread = threading.get_ident()
        if thread not in self._folders:
            self._storage.unfinished.mkdir(parents=True, exist_ok=True)
            self._folders[thread] = tempfile.mkdtemp(dir=self._storage.unfinished)
        return self._folders[thread]

    def finish(self) -> None:
        """Give every blob its name, and return once that is durable."""
        make_durable(self._targets)
        folders = set(map(Path, {target.rpartition("/")[0] for target in self._targets.values()}))
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        for temporary, target in self._targets.items():
            os.replace(temporary, target)  # noqa: PTH105
        above = {parent for folder in folders for parent in folder.parents}
        make_durable((folders | above) - set(self._storage.root.parents))

    def discard(self) -> None:
        """Remove what has not got its name."""
        for folder in self._folders.values():
            shutil.rmtree(folder, ignore_errors=True)


@lru_cache
def get_storage() -> Storage:
    """Return the blob store of this process."""
    return LocalStorage(get_settings().blob_directory)
