"""Receiving files. Whoever may not upload is turned away before a byte of the body is read."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Any, BinaryIO, get_args

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from app.access import find
from app.core.config import get_settings
from app.core.database import read_session, write_session
from app.core.models import Project
from app.deps import CurrentUser
from app.errors import Problem
from app.images.archive import Bounds, is_zip, open_archive
from app.images.decode import UnreadableImageError
from app.images.ingest import Entry, prepare_batches
from app.images.records import Tally, lookup, store_outcomes
from app.images.schemas import Split
from app.images.zip_names import ArchiveError

UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "split": {"type": "string", "enum": list(get_args(Split)), "default": "pool"},
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True)
class Upload:
    """Files for one split of a project that the caller owns."""

    project_id: str
    split: str
    files: list[UploadFile]


def require_uploader(project_id: str, user: CurrentUser) -> str:
    """Return the id of the project; 404 or 403 where the caller may not add images to it."""
    with read_session() as session:
        return find(session, Project, project_id, user, "owner").id


async def read_upload(
    request: Request, project_id: Annotated[str, Depends(require_uploader)]
) -> AsyncIterator[Upload]:
    """Yield the files of a multipart body, received into temporary files that go with the request."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem(415, "Send the files as multipart/form-data.")
    limit = get_settings().max_upload_files
    try:
        form = await request.form(max_files=limit, max_fields=10)
    except HTTPException as error:
        if "Too many files" in error.detail:
            raise Problem(413, f"Send {limit} files at most at a time.", field="files") from error
        raise Problem(422, "The multipart body is not valid.") from error
    try:
        yield _checked(project_id, form.get("split", "pool"), form.getlist("files"))
    finally:
        await form.close()


def _checked(project_id: str, split: object, files: Sequence[object]) -> Upload:
    received = [file for file in files if isinstance(file, UploadFile)]
    if not received or len(received) < len(files):
        raise Problem(422, "Send at least one file.", field="files")
    if not isinstance(split, str) or split not in get_args(Split):
        raise Problem(422, "A split is pool or test.", field="split")
    return Upload(project_id, split, received)


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
    """Return the files, those inside zips included; the zips stay open with `stack`."""
    settings = get_settings()
    bounds = Bounds(settings.max_archive_files, 4 * settings.max_upload_bytes)
    parts: list[Sequence[Entry]] = []
    for file in upload.files:
        name, content = file.filename or "", file.file
        start = content.read(4)
        content.seek(0)
        if not is_zip(start):
            parts.append([Entry(name, _reader(content))])
            continue
        try:
            parts.append(stack.enter_context(open_archive(content, bounds)))
        except ArchiveError as error:
            parts.append([Entry(name, _damaged(error))])
    return chain.from_iterable(parts)


def store_upload(upload: Upload) -> Tally:
    """Store what can be used of an upload; a transaction for each batch, so that nobody waits for long."""
    tally = Tally()
    with ExitStack() as stack:
        for outcomes in prepare_batches(_entries(upload, stack), lookup(upload.project_id)):
            with write_session() as session:
                store_outcomes(session, upload.project_id, upload.split, outcomes, tally)
    return tally
