"""A backup as it lies on the disk.

manifest.json      what it is, and the size and sha256 of every file below (written last)
tables/NAME.jsonl  a list of column names, then a list of values for each row
blobs.jsonl        key, size and sha256 of every blob
blobs/KEY          the blobs
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from app.backups.errors import UnusableBackupError
from app.backups.named import Content
from app.core.storage.interface import CHUNK_BYTES, checked

FORMAT = 1
MANIFEST, INDEX, TABLES, BLOBS = "manifest.json", "blobs.jsonl", "tables", "blobs"


class FileRecord(BaseModel):
    """A file's size in bytes and its sha256."""

    bytes: int
    sha256: str


class TableRecord(FileRecord):
    """A table's file, and how many rows are in it."""

    rows: int


class Manifest(BaseModel):
    """What a backup is. `faults` are the blobs that were missing or damaged already when it was taken."""

    format: int
    created_at: datetime
    version: str
    revision: str
    database: str
    tables: dict[str, TableRecord] = Field(min_length=1)
    index: FileRecord
    blobs: int
    blob_bytes: int
    faults: dict[str, str] = {}


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of the backup in `folder`; UnusableBackupError where there is none that we know."""
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise UnusableBackupError(f"{folder} is not a complete backup: it has no {MANIFEST}.") from None
    except OSError as error:
        raise UnusableBackupError(f"{folder} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise UnusableBackupError(f"{folder / MANIFEST} is damaged.") from None
    version = document.get("format") if isinstance(document, dict) else None
    if isinstance(version, int) and version > FORMAT:
        reason = f"{folder} is of format {version}, of a newer Eigenlabel. This one knows format {FORMAT}."
        raise UnusableBackupError(reason)
    try:
        return Manifest.model_validate(document)
    except ValidationError:
        raise UnusableBackupError(f"{folder / MANIFEST} is damaged.") from None


def table_file(folder: Path, name: str) -> Path:
    """Return where the rows of the table called `name` are."""
    return folder / TABLES / f"{name}.jsonl"


def write_lines(path: Path, lines: Iterable[Any]) -> tuple[int, FileRecord]:
    """Write each of `lines` as JSON; returns (how many, the file's record)."""
    digest, size, count = hashlib.sha256(), 0, 0
    with path.open("wb") as file:
        for line in lines:
            text = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(text)
            size += file.write(text)
            count += 1
    return count, FileRecord(bytes=size, sha256=digest.hexdigest())


def read_lines(path: Path) -> Iterator[Any]:
    """Yield what `write_lines` has written."""
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def read_table(folder: Path, name: str) -> tuple[Sequence[str], Iterator[list[Any]]]:
    """Return the columns of a table, and its rows."""
    lines = read_lines(table_file(folder, name))
    return next(lines), lines


def read_index(folder: Path) -> dict[str, Content]:
    """Return what each blob of a backup is, by key, as far as its index is whole; nothing without one."""
    found: dict[str, Content] = {}
    with suppress(FileNotFoundError, ValueError):  # a backup that was interrupted may end in half a line
        for key, size, sha256 in read_lines(folder / INDEX):
            found[checked(key)] = Content(size, sha256)
    return found


def blob_file(folder: Path, key: str) -> Path:
    """Return where the blob lies in the backup."""
    return folder / BLOBS / checked(key)


def content_of(pieces: Iterable[bytes]) -> Content:
    """Return what these bytes are."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return Content(size, digest.hexdigest())


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file; FileNotFoundError where there is none."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            yield piece
