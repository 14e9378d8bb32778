"""The multipart body of an upload. Whoever may not upload is turned away before a byte of it is read."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

from fastapi import Depends, Request
from pydantic import Field, ValidationError, model_validator
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from app.access import find
from app.auth.schemas import Body
from app.core.config import get_settings
from app.core.database import read_session
from app.core.identifiers import new_id
from app.core.models import Project
from app.deps import CurrentUser
from app.errors import Problem
from app.images.code_pages import CodePage
from app.images.schemas import Labels, Split
from app.images.upload_turns import turns

MAX_FIELDS = 10


class UploadForm(Body):
    """The fields beside the files.

    `labels` says what the folders of the files mean, `new_categories` whether a folder that no category is
    named after makes one (null: as annotations, or in a project without categories). `import_id` is the same
    for all requests that send parts of one folder, so that contradictions between them are found.
    `names_encoding` is the code page of names in zips that are not marked as Unicode; null guesses it.
    """

    split: Split = "pool"
    labels: Labels = "ignore"
    import_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,32}$", default_factory=new_id)]
    new_categories: bool | None = None
    names_encoding: CodePage | None = None

    @model_validator(mode="after")
    def _truths_of_test_images(self) -> Self:
        if self.split == "test" and self.labels == "annotate":
            raise ValueError("Labels of test images are truths.")
        return self


FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
_SCHEMA = UploadForm.model_json_schema()
UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": _SCHEMA
                | {"required": ["files"], "properties": {"files": FILES, **_SCHEMA["properties"]}}
            }
        },
    }
}


@dataclass(frozen=True)
class Upload:
    """Files for a project that the caller, `created_by`, owns."""

    project_id: str
    created_by: str
    form: UploadForm
    files: list[UploadFile]


def require_uploader(project_id: str, user: CurrentUser) -> tuple[str, str]:
    """Return the ids of the project and the caller; 404 or 403 where they may not add images to it."""
    with read_session() as session:
        return find(session, Project, project_id, user, "owner").id, user.id


async def read_upload(
    request: Request, uploader: Annotated[tuple[str, str], Depends(require_uploader)]
) -> AsyncIterator[Upload]:
    """Yield the files of a multipart body, received into temporary files that go with the request.

    429 where the caller has too many uploads under way.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem(415, "Send the files as multipart/form-data.")
    with turns().place(uploader[1]):
        form = await _received(request)
        try:
            yield Upload(*uploader, _fields(form), _files(form.getlist("files")))
        finally:
            await form.close()


async def _received(request: Request) -> FormData:
    limit = get_settings().max_upload_files
    try:
        return await request.form(max_files=limit, max_fields=MAX_FIELDS)
    except HTTPException as error:
        if "Too many files" in error.detail:
            raise Problem(413, f"Send {limit} files at most at a time.", field="files") from error
        raise Problem(422, "The multipart body is not valid.") from error


def _files(sent: Sequence[object]) -> list[UploadFile]:
    received = [file for file in sent if isinstance(file, UploadFile)]
    if not received or len(received) < len(sent):
        raise Problem(422, "Send at least one file.", field="files")
    return received


def _fields(form: FormData) -> UploadForm:
    try:
        return UploadForm.model_validate({name: value for name, value in form.items() if name != "files"})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "labels"
        raise Problem(422, first["msg"].removeprefix("Value error, "), field=field) from error
