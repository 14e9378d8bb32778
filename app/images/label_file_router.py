"""Labels that an owner has already: a table of files, and a share of labels held back to measure by."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, UploadFile

from app.access import find
from app.core.database import write_session
from app.core.identifiers import new_id
from app.core.models import Project
from app.deps import CurrentUser
from app.errors import Problem
from app.images.code_pages import CodePage
from app.images.hold_back import hold_back
from app.images.import_labels import LabelPlan, give_labels, makes_categories
from app.images.ingest import Refused
from app.images.label_files import match, read_labels
from app.images.records import Tally
from app.images.schemas import ConflictOut, HeldBack, HoldBack, LabelFileOut, Labels, Rejected
from app.images.upload_form import require_uploader

router = APIRouter(tags=["images"])
MAX_BYTES = 256 * 1024**2


@router.post("/projects/{project_id}/label-files", status_code=201)
def add_label_file(
    uploader: Annotated[tuple[str, str], Depends(require_uploader)],
    file: Annotated[UploadFile, File(description="CSV with a header: file, label.")],
    labels: Annotated[Labels, Form()] = "annotate",
    *,
    new_categories: Annotated[bool | None, Form()] = None,
    encoding: Annotated[CodePage | None, Form()] = None,
) -> LabelFileOut:
    """Give images the labels of a table: as annotations to learn from, or as truths to measure by.

    A line names its image by the path that it came with, or by the end of it. An image with two labels in
    the table gets none of them.
    """
    if labels == "ignore":
        raise Problem(422, "The labels of a table are annotations or truths.", field="labels")
    project_id, user_id = uploader
    content = file.file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Problem(413, f"A table may have {MAX_BYTES // 1024**2} MiB at most.", field="file")
    rows, tally = read_labels(content, encoding), Tally()
    project_id, user_id = uploader
    with write_session() as session:
        makes = new_categories
        if makes is None:
            makes = makes_categories(session, project_id, labels)
        given = []
        for each in match(session, project_id, rows):
            if isinstance(each, Refused):
                tally.refuse(each)
            else:
                given.append(each)
        give_labels(session, LabelPlan(project_id, labels, makes, user_id, new_id()), given, tally)
    return LabelFileOut(
        labelled=tally.labelled,
        rejected=[Rejected.of(each) for each in tally.refused],
        conflicts=[ConflictOut.of(each) for each in tally.conflicts.values()],
    )


@router.post("/projects/{project_id}/hold-back")
def hold_labels_back(project_id: str, body: HoldBack, user: CurrentUser) -> HeldBack:
    """Make a test set of a share of the imported labels of each category; their images leave the pool."""
    with write_session() as session:
        project = find(session, Project, project_id, user, "owner")
        moved = hold_back(session, project, body.share, body.import_id)
    return HeldBack(moved=sum(moved.values()), by_category=moved)
