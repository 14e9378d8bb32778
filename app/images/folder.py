"""The files of a folder on the server."""

import os
import stat
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app.core.config import get_settings
from app.images.decode import UnreadableImageError
from app.images.entries import Entries
from app.images.ingest import Entry
from app.images.names import class_folder, is_clutter


def folder_entries(folder: Path, roots: Sequence[Path]) -> Sequence[Entry]:
    """Return the files below `folder`, by name, each labelled with the folder that holds it.

    A link is followed only to a file below one of `roots`. A folder that may not be listed counts as a file
    that cannot be read.
    """
    allowed = tuple(f"{os.path.realpath(root).rstrip('/')}/" for root in roots)

    def entry(name: str) -> Entry:
        return Entry(name, partial(_read, f"{folder}/{name}", allowed), class_folder(name))

    return Entries(_names(str(folder)), entry)


def _names(folder: str) -> list[str]:
    """Return the paths below `folder`, in their order."""
    names: list[str] = []

    def note(error: OSError) -> None:
        names.append(os.path.relpath(error.filename, folder))

    for directory, _folders, files in os.walk(folder, onerror=note):
        prefix = "" if directory == folder else f"{os.path.relpath(directory, folder)}/"
        names += [prefix + file for file in files]
    names = [name for name in names if not is_clutter(name)]
    names.sort()
    return names


def _read(path: str, roots: tuple[str, ...]) -> bytes:
    """Return the file's content; UnreadableImageError or OSError where it may not or cannot be read."""
    resolved = os.path.realpath(path)  # Path.resolve raises for a link in a circle
    if not resolved.startswith(roots):
        raise UnreadableImageError("The link points out of the folders that may be imported.")
    try:
        found = Path(resolved).stat()
    except FileNotFoundError as error:
        raise UnreadableImageError("There is no such file.") from error
    if stat.S_ISDIR(found.st_mode):
        raise UnreadableImageError("The folder cannot be read.")
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableImageError("This is not a file.")
    limit = get_settings().max_file_bytes
    if found.st_size > limit:
        raise UnreadableImageError(f"The file is larger than {limit // 1024**2} MiB.")
    with Path(resolved).open("rb") as file:
        return file.read(found.st_size + 1)
