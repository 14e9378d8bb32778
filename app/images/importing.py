"""Imports from the server's disk: what an import job does.

A worker runs one like this. After a crash it simply runs again: images that are there count as duplicates.

    plan, tally = import_plan(project_id, job.params), new_tally()
    with open_source(plan.source) as entries:          # or a list of Entry, for a data set of the ml side
        for outcomes in prepare_batches(entries):      # decodes and stores blobs, outside any transaction
            with <a fenced transaction> as session:
                store_batch(session, plan, outcomes, tally)
            <report progress: len(outcomes) of len(entries) more>
    result = tally_result(tally)
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.config import get_settings
from app.errors import Problem
from app.images.archive import ArchiveError, Bounds, open_archive
from app.images.decode import UnreadableImageError
from app.images.import_labels import apply_labels
from app.images.import_plan import ImportPlan, import_plan, new_tally, tally_result
from app.images.ingest import Entry, Prepared, prepare_batches
from app.images.names import class_folder, is_clutter
from app.images.records import Outcome, Tally, store_outcomes
from app.images.schemas import FolderImport, ZipImport

__all__ = [
    "Entry",
    "folder_entries",
    "import_plan",
    "new_tally",
    "open_source",
    "prepare_batches",
    "store_batch",
    "tally_result",
]
ZIP_BOUNDS = Bounds(files=2_000_000, bytes=2**40)


def allowed_path(path: str) -> Path:
    """Return the resolved `path`, which lies below one of EIGENLABEL_IMPORT_ROOTS; 422 otherwise."""
    try:
        resolved = Path(path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise Problem(422, "There is no such path on the server.", field="source.path") from error
    if not _is_below(resolved, get_settings().import_roots):
        raise Problem(422, "This path is outside the folders that may be imported.", field="source.path")
    return resolved


def _is_below(resolved: Path, roots: Sequence[Path]) -> bool:
    return any(resolved.is_relative_to(root.resolve()) for root in roots)


@contextmanager
def open_source(source: FolderImport | ZipImport) -> Iterator[Sequence[Entry]]:
    """Yield the files of a folder or zip on the server, by name; Problem where it cannot be imported."""
    path = allowed_path(source.path)
    if isinstance(source, FolderImport):
        if not path.is_dir():
            raise Problem(422, "This path is not a folder.", field="source.path")
        yield folder_entries(path, get_settings().import_roots)
        return
    if not path.is_file():
        raise Problem(422, "This path is not a file.", field="source.path")
    with path.open("rb") as file:
        try:
            with open_archive(file, ZIP_BOUNDS, source.folder) as entries:
                yield entries
        except ArchiveError as error:
            raise Problem(422, str(error), field="source.path") from error


def folder_entries(folder: Path, roots: Sequence[Path]) -> list[Entry]:
    """Return the files below `folder`, by name, each labelled with the folder that holds it.

    A link is followed only to a file below one of `roots`.
    """
    names: list[str] = []
    for directory, _folders, files in os.walk(folder):
        relative = Path(directory).relative_to(folder)
        names += [(relative / file).as_posix() for file in files]
    return [_file_entry(folder, name, roots) for name in sorted(names) if not is_clutter(name)]


def _file_entry(folder: Path, name: str, roots: Sequence[Path]) -> Entry:
    def read() -> bytes:
        resolved = (folder / name).resolve()
        if not _is_below(resolved, roots):
            raise UnreadableImageError("The link points out of the folders that may be imported.")
        if not resolved.is_file():
            raise UnreadableImageError("This is not a file.")
        limit = get_settings().max_file_bytes
        if resolved.stat().st_size > limit:
            raise UnreadableImageError(f"The file is larger than {limit // 1024**2} MiB.")
        return resolved.read_bytes()

    return Entry(name, read, class_folder(name))


def store_batch(session: Session, plan: ImportPlan, outcomes: Sequence[Outcome], tally: Tally) -> None:
    """Add a batch's images and labels in the caller's transaction, and count them in `tally`."""
    stored = store_outcomes(session, plan.project_id, plan.split, outcomes, tally)
    if plan.labels != "ignore":
        images = [each for each in outcomes if isinstance(each, Prepared)]
        for refused in apply_labels(session, plan, images, stored.images):
            tally.refuse(refused)
