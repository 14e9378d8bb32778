"""Reading images out of a zip that somebody sent. Nothing is ever unpacked to a path."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from app.core.config import get_settings
from app.core.problems import Problem
from app.images.decode import UnreadableImageError
from app.images.entries import Entries
from app.images.ingest import Entry
from app.images.names import class_folder, is_clutter, leaves_folder
from app.images.zip_names import ANY_NAMES, ArchiveError, Naming, open_zip

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
END, END_64 = b"PK\x05\x06", b"PK\x06\x06"
END_DISTANCE = 66_000
DIRECTORY_BYTES_PER_FILE = 256
LOCAL_HEADER_BYTES = 30
ENCRYPTED = 0x1


def is_zip(start: bytes) -> bool:
    """Return whether a file that begins with `start` says that it is a zip."""
    return start.startswith(MAGIC)


@dataclass
class Bounds:
    """How many files a zip may list, and how many bytes the zips that share these bounds may unpack to."""

    files: int
    bytes: int


@contextmanager
def open_archive(
    file: BinaryIO, bounds: Bounds, folder: str = "", naming: Naming = ANY_NAMES
) -> Iterator[Sequence[Entry]]:
    """Yield the files of a zip below `folder`, in the order of their names; they are read while it is open.

    413 where it lists or holds too much, or where its entries overlap; ArchiveError where it is no zip, or
    where `naming` needs certain names and their code page cannot be told.
    """
    _require_small_directory(file, bounds.files)
    try:
        archive = open_zip(file, naming)
    except ArchiveError:
        raise
    except (zipfile.BadZipFile, struct.error, ValueError) as error:
        raise ArchiveError("The zip is damaged or incomplete.") from error
    with archive:
        _require_bounded(archive.infolist(), bounds)
        prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
        wanted = [
            info
            for info in archive.infolist()
            if info.filename.startswith(prefix) and not info.is_dir() and not is_clutter(info.filename)
        ]
        wanted.sort(key=lambda info: info.filename)
        yield Entries(wanted, lambda info: _entry(archive, info, info.filename[len(prefix) :]))


def _require_small_directory(file: BinaryIO, max_files: int) -> None:
    """Raise 413 for a directory with room for many more files than allowed, before it is read into memory."""
    file.seek(max(0, file.seek(0, 2) - END_DISTANCE))
    tail = file.read()
    file.seek(0)
    sizes = [
        struct.unpack_from(pattern, tail, start + offset)[0]
        for record, pattern, offset in ((END, "<I", 12), (END_64, "<Q", 40))
        if 0 <= (start := tail.rfind(record)) <= len(tail) - offset - 8
    ]
    elsewhere = 0xFFFF_FFFF if len(sizes) > 1 else None  # the 64-bit record says it instead
    if any(size > max_files * DIRECTORY_BYTES_PER_FILE for size in sizes if size != elsewhere):
        raise _too_many(max_files)


def _require_bounded(infos: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if len(infos) > bounds.files:
        raise _too_many(bounds.files)
    unpacked = sum(info.file_size for info in infos)
    if unpacked > bounds.bytes:
        raise Problem(413, "The zip unpacks to more than this service takes at once.", field="files")
    bounds.bytes -= unpacked
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise Problem(413, "Entries of the zip lie over each other.", field="files")
        end = info.header_offset + LOCAL_HEADER_BYTES + info.compress_size


def _too_many(max_files: int) -> Problem:
    return Problem(413, f"A zip may hold {max_files} files at most. Send several.", field="files")


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> Entry:
    def read() -> bytes:
        _require_plain_file(info)
        try:
            with archive.open(info) as file:
                return file.read(info.file_size + 1)  # a bounded read: the entry may lie about its size
        # zipfile raises NotImplementedError for an unknown compression and RuntimeError for a password
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
            raise UnreadableImageError("The zip is damaged at this entry.") from error

    return Entry(path, read, class_folder(path))


def _require_plain_file(info: zipfile.ZipInfo) -> None:
    if leaves_folder(info.orig_filename) or leaves_folder(info.filename):
        raise UnreadableImageError("The entry points out of the zip.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnreadableImageError("The entry is a link, not a file.")
    if info.flag_bits & ENCRYPTED:
        raise UnreadableImageError("The entry is encrypted.")
    limit = get_settings().max_file_bytes
    if info.file_size > limit:
        raise UnreadableImageError(f"The file is larger than {limit // 1024**2} MiB.")
