"""One file for the results of a folder: gzipped JSON lines, a result a line, under the name of its file."""

import gzip
import io
import json
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from ml.errors import UnusableInputError
from ml.whole_file import written_whole

NAME = "results.jsonl.gz"
SUFFIX = ".jsonl.gz"
# The member of a line that no result file has: the name under which it was packed.
FILE = "file"


def packed(path: Path) -> dict[str, dict[str, Any]]:
    """Return {file name: result as JSON} of the pack at `path`, nothing where there is none.

    Raises UnusableInputError when the file is no pack.
    """
    try:
        about = path.stat()
    except FileNotFoundError:
        return {}
    return read(path, about.st_mtime_ns, about.st_size)


# A run looks into the pack of its folder once a cell.
@lru_cache(maxsize=8)
def read(path: Path, changed: int, size: int) -> dict[str, dict[str, Any]]:  # noqa: ARG001  (a cache key)
    """Return `packed` of the file that was last `changed` then and has `size` bytes."""
    try:
        lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        return {line[FILE]: {name: value for name, value in line.items() if name != FILE} for line in lines}
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableInputError(f"{path} is not a pack of results") from error


def write_pack(path: Path, results: dict[str, dict[str, Any]]) -> None:
    """Write {file name: result as JSON} to `path`, the same bytes whenever the results are the same."""
    lines = [
        json.dumps({FILE: name, **results[name]}, ensure_ascii=False, separators=(",", ":"))
        for name in sorted(results)
    ]
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as compressed:
        compressed.write("".join(f"{line}\n" for line in lines).encode())
    with written_whole(path) as partial:
        partial.write_bytes(buffer.getvalue())


def has_result(path: Path) -> bool:
    """Return whether there is something at `path`, or a result of that name in the pack beside it."""
    return path.exists() or path.name in packed(path.parent / NAME)


def result_text(path: Path) -> str:
    """Return the JSON of the result at `path`: of the file, else of the pack beside it.

    Raises FileNotFoundError when there is neither.
    """
    try:
        return path.read_text()
    except FileNotFoundError:
        found = packed(path.parent / NAME).get(path.name)
        if found is None:
            raise
        return json.dumps(found)


def result_names(directory: Path) -> list[str]:
    """Return the names of the results in `directory`, files and packed ones, sorted."""
    files = {path.name for path in directory.glob("*.json")}
    return sorted(files | packed(directory / NAME).keys())
