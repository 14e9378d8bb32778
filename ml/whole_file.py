"""Files that appear whole or not at all, whoever else writes them at the same moment, and their sha256."""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUFFIX = ".partial"


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield the path to write to; what is there is at `path` after the block, unless the block raises."""
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}{SUFFIX}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Return the sha256 of the file at `path` in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
