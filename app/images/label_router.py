"""Labelling a single image outside the queue."""

from typing import Annotated

from fastapi import APIRouter, Header, Response
from sqlalchemy.orm import Session

from app.access import find
from app.annotations.schemas import AnnotationOut
from app.core.database import after_commit, write_session
from app.core.models import Category, Image
from app.core.queue import ring
from app.deps import CurrentUser, Principal
from app.errors import Problem
from app.images.labels import label_image, standing_label, withdraw_label
from app.images.schemas import DirectAnnotation
from app.jobs.service import QUEUES

router = APIRouter(tags=["images"])
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="`annotation_version` of the label that is changed, in quotes."),
]


def expected_version(if_match: str | None) -> int | None:
    """Return the version in an `If-Match` header, None without one; 412 for one that names no version."""
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Problem(412, "Send the annotation_version that you saw as If-Match.")
    return int(text)


def find_for_labelling(session: Session, image_id: str, user: Principal) -> Image:
    """Return an image that the caller may label: a label of somebody else takes a reviewer to change."""
    image = find(session, Image, image_id, user)
    standing = standing_label(session, image.id)
    if standing is not None and standing.annotator_id != user.id:
        return find(session, Image, image_id, user, "reviewer")
    return image


@router.put("/images/{image_id}/annotation")
def label_one_image(
    image_id: str,
    body: DirectAnnotation,
    user: CurrentUser,
    response: Response,
    if_match: IfMatch = None,
) -> AnnotationOut:
    """Give an image a label (an indicator), or correct the one that it has.

    A correction carries the label's `annotation_version` as `If-Match`; 412 where it has changed since.
    """
    expected = expected_version(if_match)
    with write_session() as session:
        image = find_for_labelling(session, image_id, user)
        category = session.get(Category, body.category_id)
        if category is None or category.project_id != image.project_id or category.archived_at is not None:
            raise Problem(422, "The project has no such active category.", field="category_id")
        labelled = label_image(session, image, category, user, expected)
        job_id = labelled.job_id
        if job_id is not None:
            after_commit(session, lambda: ring(job_id, QUEUES["round_advance"]))
    response.headers["ETag"] = f'"{labelled.annotation.version}"'
    return labelled.annotation


@router.delete("/images/{image_id}/annotation", status_code=204)
def withdraw_image_label(image_id: str, user: CurrentUser, if_match: IfMatch = None) -> None:
    """Withdraw an indicator or an imported label."""
    expected = expected_version(if_match)
    with write_session() as session:
        withdraw_label(session, find_for_labelling(session, image_id, user), expected)
