"""Labels that an owner has already: a table of files, and a share of labels held back to measure by."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from app.access import find
from app.core.database import write_session
from app.core.models import Project
from app.deps import CurrentUser
from app.images.hold_back import hold_back
from app.images.label_upload import LABEL_TABLE_BODY, LabelUpload, read_label_upload, store_labels
from app.images.schemas import ConflictOut, HeldBack, HoldBack, LabelFileOut, Rejected
from app.images.upload_turns import turns

router = APIRouter(tags=["images"])


@router.post("/projects/{project_id}/label-files", status_code=201, openapi_extra=LABEL_TABLE_BODY)
async def add_label_file(upload: Annotated[LabelUpload, Depends(read_label_upload)]) -> LabelFileOut:
    """Give images the labels of a table: as annotations to learn from, or as truths to measure by.

    A line names its image by the path that it came with, or by the end of it. An image with two labels in
    the table gets none of them.
    """
    tally = await turns().run(upload.created_by, partial(store_labels, upload))
    return LabelFileOut(
        labelled=tally.labelled,
        rejected=[Rejected.of(each) for each in tally.refused + tally.unlabelled],
        conflicts=[ConflictOut.of(each) for each in tally.conflicts.values()],
    )


@router.post("/projects/{project_id}/hold-back")
def hold_labels_back(project_id: str, body: HoldBack, user: CurrentUser) -> HeldBack:
    """Make a test set of a share of the imported labels of each category; their images leave the pool."""
    with write_session() as session:
        project = find(session, Project, project_id, user, "owner")
        moved = hold_back(session, project, body.share, body.import_id)
    return HeldBack(moved=sum(moved.values()), by_category=moved)
