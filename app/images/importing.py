"""Imports from the server's disk: what an import job does.

A worker runs one like this. After a crash it runs again and goes on where its checkpoint says.

    plan = import_plan(project_id, job.params, job.id)
    with open_source(plan.source) as entries:          # or entries of its own, for a data set of the ml side
        checkpoint = resume(job.checkpoint, entries)
        rest = entries[checkpoint.files :]
        for outcomes in prepare_batches(rest, lookup(project_id)):  # stores blobs, outside any transaction
            with <a fenced transaction> as session:
                store_batch(session, plan, outcomes, checkpoint.tally)
                <save the checkpoint, advanced by the entries of the batch>
            <report progress>
    result = tally_result(plan, checkpoint.tally)
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.config import get_settings
from app.core.problems import Problem
from app.images.archive import Bounds, open_archive
from app.images.folder import folder_entries
from app.images.import_checkpoint import resume
from app.images.import_labels import apply_labels
from app.images.import_plan import ImportPlan, import_plan, new_tally, tally_result
from app.images.ingest import Entry, Outcome, Refused, prepare_batches
from app.images.records import Tally, lookup, store_outcomes
from app.images.schemas import FolderImport, ZipImport
from app.images.zip_names import ArchiveError, Naming

__all__ = [
    "Entry",
    "folder_entries",
    "import_plan",
    "lookup",
    "new_tally",
    "open_source",
    "prepare_batches",
    "resume",
    "store_batch",
    "tally_result",
]
MOST_FILES, MOST_BYTES = 2_000_000, 2**40
"""How many files a zip on the server may list, and what it may unpack to."""


def allowed_path(path: str) -> Path:
    """Return the resolved `path`, which lies below one of EIGENLABEL_IMPORT_ROOTS; 422 otherwise."""
    roots = get_settings().import_roots
    try:
        resolved = Path(path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, PermissionError) and any(Path(path).is_relative_to(root) for root in roots):
            raise _forbidden() from error
        raise Problem(422, "There is no such path on the server.", field="source.path") from error
    if not any(resolved.is_relative_to(root.resolve()) for root in roots):
        raise Problem(422, "This path is outside the folders that may be imported.", field="source.path")
    return resolved


def _forbidden() -> Problem:
    reason = f"This path cannot be read: the service runs as the user {os.geteuid()}, who may not."
    return Problem(422, reason, field="source.path")


@contextmanager
def open_source(source: FolderImport | ZipImport, *, labelled: bool = False) -> Iterator[Sequence[Entry]]:
    """Yield the files of a folder or zip on the server, by name; Problem where it cannot be imported.

    `labelled`: folders name categories, so that a zip whose names cannot be read for certain is refused.
    """
    path = allowed_path(source.path)
    if isinstance(source, FolderImport):
        if not path.is_dir():
            raise Problem(422, "This path is not a folder.", field="source.path")
        if not os.access(path, os.R_OK | os.X_OK, effective_ids=True):
            raise _forbidden()
        yield folder_entries(path, get_settings().import_roots)
        return
    if not path.is_file():
        raise Problem(422, "This path is not a file.", field="source.path")
    if not os.access(path, os.R_OK, effective_ids=True):
        raise _forbidden()
    with path.open("rb") as file:
        try:
            naming = Naming(source.names_encoding, certain=labelled)
            with open_archive(file, Bounds(MOST_FILES, MOST_BYTES), source.folder, naming) as entries:
                yield entries
        except ArchiveError as error:
            raise Problem(422, str(error), field=f"source.{error.field or 'path'}") from error


def store_batch(session: Session, plan: ImportPlan, outcomes: Sequence[Outcome], tally: Tally) -> None:
    """Add a batch's images and labels in the caller's transaction, and count them in `tally`."""
    stored = store_outcomes(session, plan.project_id, plan.split, outcomes, tally)
    if plan.labels != "ignore":
        images = [each for each in outcomes if not isinstance(each, Refused)]
        apply_labels(session, plan.label_plan, images, stored.images, tally)
