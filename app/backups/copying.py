"""Copying blobs into a backup that is being made, each once; a journal says what is here."""

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from app.backups.folder import (
    BLOBS,
    INDEX,
    FileRecord,
    blob_file,
    content_of,
    pieces_of,
    read_index,
    write_lines,
)
from app.backups.named import Content, Fault, NamedBlob, fault
from app.core.storage import Storage

THREADS = 8
AT_ONCE = 128

Report = Callable[[str, int, int], None]
"""Called with (what is being done, how many are done, of how many); what it raises ends the work."""


class BlobCopier:
    """Copies from `storage` to the folder of a backup; `contents` is what the backup has, by key.

    What an interrupted run has left in the folder is used where it is whole, and so is what an earlier
    backup, `reuse`, has: that is linked, and takes no room.
    """

    def __init__(self, storage: Storage, folder: Path, reuse: Path | None = None) -> None:
        self._storage, self._folder, self._reuse = storage, folder, reuse
        self._left = read_index(folder)
        self._earlier = read_index(reuse) if reuse else {}
        self._here: dict[str, Content] = {}
        self.contents: dict[str, Content] = {}

    def __enter__(self) -> Self:
        write_lines(self._folder / INDEX, _lines(self._left))
        self._journal = (self._folder / INDEX).open("ab")
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="copy")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._journal.close()

    def forget_named(self) -> None:
        """Begin with a new snapshot: what it does not name will not be part of the backup."""
        self.contents = {}

    def copy_blobs(self, blobs: Sequence[NamedBlob], report: Report) -> list[Fault]:
        """Copy `blobs`; returns what is wrong with some of them."""
        contents = self._copy_all([blob.key for blob in blobs], report)
        found = (fault(blob, content) for blob, content in zip(blobs, contents, strict=True))
        return [each for each in found if each]

    def copy_folders(self, folders: Iterable[str], report: Report) -> None:
        """Copy whatever lies below `folders`."""
        keys = sorted({key for folder in folders for key in self._storage.below(folder)})
        for _ in self._copy_all(keys, report):
            pass

    def _copy_all(self, keys: Sequence[str], report: Report) -> Iterator[Content | None]:
        """Copy the blobs and yield what each is, None where there is none."""
        for start in range(0, len(keys), AT_ONCE):
            report("Blobs", start, len(keys))
            some = keys[start : start + AT_ONCE]
            for key, content in zip(some, self._pool.map(self._copy, some), strict=True):
                if content is not None:
                    self._keep(key, content)
                yield content
            self._journal.flush()

    def _keep(self, key: str, content: Content) -> None:
        if key not in self._here:
            self._here[key] = content
            for line in _lines({key: content}):
                self._journal.write(json.dumps(line).encode() + b"\n")
        self.contents[key] = content

    def _copy(self, key: str) -> Content | None:
        if key in self._here:
            return self._here[key]
        target = blob_file(self._folder, key)
        if _is_whole(target, self._left.get(key)):
            return self._left[key]
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{threading.get_ident()}")  # no key has a name like this
        with suppress(FileNotFoundError):
            return self._link(key, unfinished, target) or self._write(key, unfinished, target)
        return None

    def _link(self, key: str, unfinished: Path, target: Path) -> Content | None:
        """Link the blob from the earlier backup; None where that has no whole one, or cannot be linked."""
        if self._reuse is None or not _is_whole(blob_file(self._reuse, key), self._earlier.get(key)):
            return None
        try:
            unfinished.unlink(missing_ok=True)
            os.link(blob_file(self._reuse, key), unfinished)
        except OSError:  # on another file system
            return None
        unfinished.replace(target)
        return self._earlier[key]

    def _write(self, key: str, unfinished: Path, target: Path) -> Content:
        pieces = self._storage.open(key).pieces
        try:
            with unfinished.open("wb") as file:
                content = content_of(piece for piece in pieces if file.write(piece))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        unfinished.replace(target)
        return content

    def write_index(self) -> FileRecord:
        """Remove what does not belong to the backup, and write what does; returns the index' record."""
        for folder, _, names in os.walk(self._folder / BLOBS):
            for path in (Path(folder) / name for name in names):
                if path.relative_to(self._folder / BLOBS).as_posix() not in self.contents:
                    path.unlink()
        return write_lines(self._folder / INDEX, _lines(self.contents))[1]


def _lines(contents: dict[str, Content]) -> Iterator[tuple[str, int, str]]:
    for key, content in sorted(contents.items()):
        yield key, content.bytes, content.sha256


def _is_whole(path: Path, content: Content | None) -> bool:
    """Return whether the file is there and is what it should be."""
    with suppress(FileNotFoundError):
        return content is not None and content_of(pieces_of(path)) == content
    return False
