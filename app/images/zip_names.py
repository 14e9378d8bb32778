"""Names in a zip: many programs write them in a legacy code page, and say nothing of it."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from app.images.code_pages import CodePage, guess_code_page

UNICODE_NAME = 0x800
UNICODE_PATH = 0x7075
FIELD_HEADER, UNICODE_PATH_HEADER = 4, 5
SHOWN = 3


class ArchiveError(ValueError):
    """The file is no zip that can be read; `field` is the part of the request that would mend it."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Naming:
    """How the names of a zip are read: in `code_page`, or in the one that they are most likely written in.

    `certain`: the folders name categories, so that a guess that may be wrong is refused.
    """

    code_page: CodePage | None = None
    certain: bool = False


ANY_NAMES = Naming()


def open_zip(file: BinaryIO, naming: Naming = ANY_NAMES) -> zipfile.ZipFile:
    """Return the zip with its names decoded; ArchiveError where they have to be certain and are not.

    zipfile's own errors where it is damaged.
    """
    archive = zipfile.ZipFile(file)
    unicode_paths = {info.header_offset: _unicode_path(info) for info in archive.infolist() if info.extra}
    unmarked = [_raw(info) for info in archive.infolist() if _is_unmarked(info, unicode_paths)]
    if unmarked:
        archive = _reopened(file, unmarked, naming)
    for info in archive.infolist():
        info.filename = unicode_paths.get(info.header_offset) or info.filename
    return archive


def _reopened(file: BinaryIO, unmarked: list[bytes], naming: Naming) -> zipfile.ZipFile:
    page, certain = (naming.code_page, True) if naming.code_page else guess_code_page(unmarked)
    if naming.certain and not certain:
        raise _uncertain(unmarked, page)
    try:
        return zipfile.ZipFile(file, metadata_encoding=page)
    except UnicodeDecodeError as error:
        if naming.certain or naming.code_page:
            message = f"The names in the zip are not written in {page}. Choose another code page."
            raise ArchiveError(message, "names_encoding") from error
        return zipfile.ZipFile(file)


def _is_unmarked(info: zipfile.ZipInfo, unicode_paths: Mapping[int, str | None]) -> bool:
    """Return whether nothing says in what the name is written, and it is not ASCII."""
    marked = info.flag_bits & UNICODE_NAME or unicode_paths.get(info.header_offset)
    return not marked and not info.orig_filename.isascii()


def _raw(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("cp437")


def _unicode_path(info: zipfile.ZipInfo) -> str | None:
    """Return the UTF-8 name of Info-ZIP's extra field, where it belongs to this name."""
    extra = info.extra
    while len(extra) >= FIELD_HEADER:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[FIELD_HEADER : FIELD_HEADER + size], extra[FIELD_HEADER + size :]
        if kind != UNICODE_PATH or len(field) <= UNICODE_PATH_HEADER or info.flag_bits & UNICODE_NAME:
            continue
        if struct.unpack_from("<I", field, 1)[0] == zlib.crc32(_raw(info)):
            return field[UNICODE_PATH_HEADER:].decode("utf-8", "replace").split("\0")[0]
    return None


def _uncertain(names: list[bytes], page: CodePage) -> ArchiveError:
    shown = ", ".join(repr(name.decode(page, "replace")) for name in list(dict.fromkeys(names))[:SHOWN])
    return ArchiveError(
        "The names in the zip are in a code page that cannot be told for certain, and its folders name "
        f"categories. Choose one: {page} would read {shown}.",
        "names_encoding",
    )
