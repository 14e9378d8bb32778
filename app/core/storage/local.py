"""Blobs as files of this machine. They are written apart, made durable, and only then given their names."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from app.core.durable import make_durable
from app.core.storage.interface import CHUNK_BYTES, Blob, Progress, Putter, Storage, checked
from app.core.unfinished import abandoned


class LocalStorage(Storage):
    """Blobs as files below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def local_path(self, key: str) -> Path:
        return Path(self.path(key))

    def path(self, key: str) -> str:
        """Return the local path as text: a Path for each of very many blobs takes time."""
        return f"{self.root}/{checked(key)}"

    def local_copies(self, paths: Iterable[str | Path], progress: Progress) -> AbstractContextManager[None]:
        return nullcontext()

    def describe(self) -> str:
        return str(self.root)

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

    def abandoned(self) -> list[Path]:
        return abandoned(self.unfinished.glob("*"))

    def read(self, key: str) -> bytes:
        return self.local_path(key).read_bytes()

    def open(self, key: str, start: int = 0, stop: int | None = None) -> Blob:
        file = self.local_path(key).open("rb")
        return Blob(os.fstat(file.fileno()).st_size, _pieces(file, start, stop))

    def file(self, key: str) -> Path | None:
        return self.local_path(key)

    def sizes(self, keys: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for key in keys:
            with suppress(FileNotFoundError, NotADirectoryError):
                found[key] = os.stat(self.path(key)).st_size
        return found

    def exists(self, key: str) -> bool:
        return os.path.exists(self.path(key))

    def below(self, prefix: str) -> Iterator[str]:
        for folder, _, files in os.walk(self.path(prefix)):  # it forgives what is removed meanwhile
            yield from (f"{folder}/{name}"[len(f"{self.root}/") :] for name in files)

    def delete(self, key: str) -> None:
        path = self.local_path(key)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def delete_all(self, keys: Iterable[str]) -> None:
        for key in keys:
            with suppress(FileNotFoundError, NotADirectoryError):
                os.unlink(self.path(key))

    def check(self) -> None:
        self.unfinished.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.unfinished) as folder:
            (Path(folder) / "check").write_bytes(b"1")


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
        with open(temporary, "wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file, CHUNK_BYTES)

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
            os.replace(temporary, target)
        above = {parent for folder in folders for parent in folder.parents}
        make_durable((folders | above) - set(self._storage.root.parents))

    def discard(self) -> None:
        """Remove what has not got its name."""
        for folder in self._folders.values():
            shutil.rmtree(folder, ignore_errors=True)


def _pieces(file: BinaryIO, start: int, stop: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = stop - start if stop is not None else None
        while piece := file.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)):
            if left is not None:
                left -= len(piece)
            yield piece
