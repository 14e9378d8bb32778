"""Zip files that are written while they are sent: stored, not compressed."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any

from zipstream import ZipStream

from app.core.storage import Storage, get_storage
from app.exports.downloads import Download
from app.exports.spools import Spool


def new_archive() -> ZipStream:
    """Return an empty archive for a few files: its length is known before it is written."""
    return ZipStream(sized=True)


def add_blobs(archive: ZipStream, names: dict[str, str]) -> set[str]:
    """Add stored blobs, to be read later, under their `names` by key; returns the keys of those there are."""
    storage = get_storage()
    sizes = storage.sizes(names)
    for key, size in sizes.items():
        archive.add(_bytes(storage, key), names[key], size=size)
    return set(sizes)


def _bytes(storage: Storage, key: str) -> Iterator[bytes]:
    yield from storage.open(key).pieces


def zip_response(archive: ZipStream, filename: str) -> Download:
    """Return `archive` as a download."""
    return Download(iter(archive), "application/zip", filename, {"Content-Length": str(len(archive))})


class LongArchive(ZipStream):  # type: ignore[misc]  # the library is untyped
    """An archive of any number of files, each known only when its turn comes; it holds none of them.

    The zip's directory, which comes at its end, waits in a temporary file, which ends with `stack`.
    """

    def __init__(self, stack: ExitStack) -> None:
        super().__init__()
        self._filelist = _Directory(Spool(stack))

    def written(self, name: str, pieces: Iterable[bytes], size: int | None = None) -> Iterator[bytes]:
        """Yield the next file; without its `size` it is written as one that may be larger than 4 GiB."""
        self.add(pieces, name, size=size)
        yield from self.all_files()


class _Directory:
    """The list of written files that the library appends to and, at the end, goes through once."""

    def __init__(self, records: Spool) -> None:
        self._records, self._files = records, 0

    def append(self, info: Any) -> None:
        self._records.write(info._central_directory_header_data())
        self._files += 1

    def __len__(self) -> int:
        return self._files

    def __iter__(self) -> Iterator["_Records"]:
        return map(_Records, self._records.pieces())


class _Records(bytes):
    """Some of the directory, in the place of a file that says its record."""

    def _central_directory_header_data(self) -> bytes:
        return self
