"""What an upload of images brings: files, and what is to be done with them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Self

from fastapi import Depends, Request
from pydantic import Field, model_validator
from starlette.datastructures import UploadFile

from app.core.bodies import Body
from app.core.config import get_settings
from app.core.identifiers import new_id
from app.images.code_pages import CodePage
from app.images.multipart import FILE, documented, fields_of, files_of, received, require_uploader
from app.images.schemas import Labels, Split


class UploadForm(Body):
    """The fields beside the files.

    `labels` says what the folders of the files mean, `new_categories` whether a folder that no category is
    named after makes one (null: as annotations, or in a project without categories). `import_id` is the same
    for all requests that send parts of one folder, so that contradictions between them are found.
    `names_encoding` is the code page of names in zips that are not marked as Unicode; null guesses it.
    `mixed` stores the files in a mixed order, so that the first of a zip are like the rest.
    """

    split: Split = "pool"
    labels: Labels = "ignore"
    import_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,32}$", default_factory=new_id)]
    new_categories: bool | None = None
    names_encoding: CodePage | None = None
    mixed: bool = False

    @model_validator(mode="after")
    def _truths_of_test_images(self) -> Self:
        if self.split == "test" and self.labels == "annotate":
            raise ValueError("Labels of test images are truths.")
        return self


UPLOAD_BODY = documented(UploadForm, "files", {"type": "array", "items": FILE})


@dataclass(frozen=True)
class Upload:
    """Files for a project that the caller, `created_by`, owns."""

    project_id: str
    created_by: str
    form: UploadForm
    files: list[UploadFile]


async def read_upload(
    request: Request, uploader: Annotated[tuple[str, str], Depends(require_uploader)]
) -> AsyncIterator[Upload]:
    """Yield the files of a multipart body, received into temporary files that go with the request.

    429 where the caller has too many uploads under way.
    """
    async with received(request, uploader[1], "files", get_settings().max_upload_files) as form:
        yield Upload(*uploader, fields_of(form, UploadForm, beside="files"), files_of(form, "files"))
