"""Storing what an upload brings, and giving it the labels that its folders name."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import chain
from random import Random
from typing import BinaryIO

from sqlalchemy.orm import Session

from app.core.config import get_settings
from app.core.database import read_session, write_session
from app.core.problems import Problem
from app.images.archive import Bounds, is_zip, open_archive
from app.images.decode import UnreadableImageError
from app.images.import_labels import LabelPlan, apply_labels, makes_categories
from app.images.ingest import Entry, Outcome, Refused, prepare_batches
from app.images.names import class_folder
from app.images.records import Tally, lookup, store_outcomes
from app.images.upload_form import Upload
from app.images.zip_names import ArchiveError, Naming
from app.rounds.arrivals import images_came

MOST_RATIO = 50
SMALL_BYTES = 256 * 1024**2
"""Zips that unpack to no more than this may shrink as they like: drawings do."""


def _reader(file: BinaryIO) -> Callable[[], bytes]:
    def read() -> bytes:
        file.seek(0)
        return file.read()

    return read


def _damaged(error: ArchiveError) -> Callable[[], bytes]:
    def read() -> bytes:
        raise UnreadableImageError(str(error)) from error

    return read


def _entries(upload: Upload, stack: ExitStack) -> Iterable[Entry]:
    """Return the files, those inside zips included; the zips stay open with `stack`.

    422 for a zip whose names cannot be read for certain where its folders name categories.
    """
    settings, form = get_settings(), upload.form
    bounds = Bounds(settings.max_archive_files, _unpacked_bytes(upload))
    naming = Naming(form.names_encoding, certain=form.labels != "ignore")
    parts: list[Sequence[Entry]] = []
    for file in upload.files:
        name, content = file.filename or "", file.file
        start = content.read(4)
        content.seek(0)
        if not is_zip(start):
            parts.append([Entry(name, _reader(content), class_folder(name))])
            continue
        try:
            parts.append(stack.enter_context(open_archive(content, bounds, naming=naming)))
        except ArchiveError as error:
            if error.field is not None:
                raise Problem(422, str(error), field=error.field) from error
            parts.append([Entry(name, _damaged(error))])
    return chain.from_iterable(map(_mixed, parts) if form.mixed else parts)


def _mixed(entries: Sequence[Entry]) -> Iterable[Entry]:
    """Return the entries in an order that is the same each time, and says nothing of their names."""
    order = Random(len(entries)).sample(range(len(entries)), len(entries))
    return (entries[index] for index in order)


def _unpacked_bytes(upload: Upload) -> int:
    """Return what the zips of an upload may unpack to: images hardly shrink, and bombs do."""
    sent = sum(file.size or 0 for file in upload.files)
    return min(4 * get_settings().max_upload_bytes, max(SMALL_BYTES, MOST_RATIO * sent))


def store_upload(upload: Upload) -> Tally:
    """Store what can be used of an upload; a transaction for each batch, so that nobody waits for long."""
    tally = Tally()
    with ExitStack() as stack:
        entries = _entries(upload, stack)
        with read_session() as session:
            plan = _label_plan(session, upload)
        for outcomes in prepare_batches(entries, lookup(upload.project_id)):
            with write_session() as session:
                _store(session, upload, plan, outcomes, tally)
    return tally


def _label_plan(session: Session, upload: Upload) -> LabelPlan:
    form = upload.form
    makes = form.new_categories
    if makes is None:
        makes = makes_categories(session, upload.project_id, form.labels)
    return LabelPlan(upload.project_id, form.labels, makes, upload.created_by, form.import_id)


def _store(
    session: Session, upload: Upload, plan: LabelPlan, outcomes: Sequence[Outcome], tally: Tally
) -> None:
    stored = store_outcomes(session, upload.project_id, upload.form.split, outcomes, tally)
    if plan.labels != "ignore":
        images = [each for each in outcomes if not isinstance(each, Refused)]
        apply_labels(session, plan, images, stored.images, tally)
    if stored.created:
        images_came(session, upload.project_id)  # here, so that no crash comes in between
