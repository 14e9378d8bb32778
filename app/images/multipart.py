"""Multipart bodies. Whoever may not send one is turned away before a byte of it is read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from app.access import find
from app.core.database import read_session
from app.core.models import Project
from app.core.problems import Problem
from app.deps import CurrentUser
from app.images.upload_turns import turns

Fields = TypeVar("Fields", bound=BaseModel)
MAX_FIELDS = 10
FILE = {"type": "string", "format": "binary"}


def require_uploader(project_id: str, user: CurrentUser) -> tuple[str, str]:
    """Return the ids of the project and the caller; 404 or 403 where they may not add to it."""
    with read_session() as session:
        return find(session, Project, project_id, user, "owner").id, user.id


@asynccontextmanager
async def received(request: Request, user_id: str, name: str, most_files: int) -> AsyncIterator[FormData]:
    """Receive a body into temporary files, which go at the end of the block, in one of the user's places.

    `name` is that of the field of files. 429 where the user has too many uploads under way, 415 for another
    kind of body, 413 for too many files.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem(415, "Send the files as multipart/form-data.")
    with turns().place(user_id):
        form = await _form(request, name, most_files)
        try:
            yield form
        finally:
            await form.close()


async def _form(request: Request, name: str, most_files: int) -> FormData:
    try:
        return await request.form(max_files=most_files, max_fields=MAX_FIELDS)
    except HTTPException as error:
        if "Too many files" in error.detail:
            raise Problem(413, f"Send {most_files} files at most at a time.", field=name) from error
        raise Problem(422, "The multipart body is not valid.") from error


def files_of(form: FormData, name: str) -> list[UploadFile]:
    """Return the files that came under `name`; 422 where there is none, or text in its place."""
    sent = form.getlist(name)
    files = [file for file in sent if isinstance(file, UploadFile)]
    if not files or len(files) < len(sent):
        raise Problem(422, "Send at least one file.", field=name)
    return files


def fields_of(form: FormData, model: type[Fields], *, beside: str) -> Fields:
    """Return the fields beside the files; 422 with the field and the reason."""
    try:
        return model.model_validate({name: value for name, value in form.items() if name != beside})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "labels"
        raise Problem(422, first["msg"].removeprefix("Value error, "), field=field) from error


def documented(model: type[BaseModel], files: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return what the API's description says of a body of the files `files` and the fields of `model`."""
    fields = model.model_json_schema()
    body = fields | {"required": [files], "properties": {files: schema, **fields["properties"]}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": body}}}}
