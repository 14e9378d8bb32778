"""A table of labels that an owner sends: receiving it, and giving the images what it says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Literal

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from app.core.bodies import Body
from app.core.database import read_session, write_session
from app.core.identifiers import new_id
from app.core.problems import Problem
from app.images.code_pages import CodePage
from app.images.import_labels import Given, LabelPlan, give_labels, makes_categories
from app.images.ingest import Refused
from app.images.label_table import match, read_labels
from app.images.multipart import FILE, documented, fields_of, files_of, received, require_uploader
from app.images.records import Tally

MAX_BYTES = 128 * 1024**2
IMAGES_AT_ONCE = 500
"""Images that a transaction labels: everybody who labels waits for its end."""


class LabelTableForm(Body):
    """The fields beside the table.

    `labels` are annotations to learn from, or truths to measure by; `new_categories` says whether a label
    that is no category's name makes one (null: as annotations, or in a project without categories).
    `encoding` is the code page of the table; null guesses it.
    """

    labels: Literal["truth", "annotate"] = "annotate"
    new_categories: bool | None = None
    encoding: CodePage | None = None


LABEL_TABLE_BODY = documented(
    LabelTableForm, "file", FILE | {"description": "CSV with a header: file, label."}
)


@dataclass(frozen=True)
class LabelUpload:
    """A table for a project that the caller, `created_by`, owns."""

    project_id: str
    created_by: str
    form: LabelTableForm
    file: UploadFile


async def read_label_upload(
    request: Request, uploader: Annotated[tuple[str, str], Depends(require_uploader)]
) -> AsyncIterator[LabelUpload]:
    """Yield the table of a multipart body. 429 where the caller has too many uploads under way."""
    async with received(request, uploader[1], "file", most_files=1) as form:
        [file] = files_of(form, "file")
        yield LabelUpload(*uploader, fields_of(form, LabelTableForm, beside="file"), file)


def store_labels(upload: LabelUpload) -> Tally:
    """Give the images of the project what the table says, some hundred images a transaction."""
    if (upload.file.size or 0) > MAX_BYTES:
        raise Problem(413, f"A table may have {MAX_BYTES // 1024**2} MiB at most.", field="file")
    form, tally = upload.form, Tally()
    rows = read_labels(upload.file.file.read(), form.encoding)
    by_image: dict[str, list[Given]] = {}
    with read_session() as session:
        makes = form.new_categories
        if makes is None:
            makes = makes_categories(session, upload.project_id, form.labels)
        for each in match(session, upload.project_id, rows):
            if isinstance(each, Refused):
                tally.refuse(each)
            else:
                by_image.setdefault(each.image_id, []).append(each)
    plan = LabelPlan(upload.project_id, form.labels, makes, upload.created_by, new_id())
    images = iter(by_image.values())
    while some := list(islice(images, IMAGES_AT_ONCE)):
        with write_session() as session:
            give_labels(session, plan, [each for files in some for each in files], tally)
    return tally
