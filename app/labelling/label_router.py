"""Labelling a single image outside the queue."""

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.access import find, find_with_role
from app.core.database import after_commit, write_session
from app.core.models import Image
from app.core.problems import Problem
from app.deps import CurrentUser, Principal
from app.jobs.service import notify_round_jobs
from app.labelling.labels import label_image, standing_label, withdraw_label
from app.labelling.schemas import AnnotationOut, DirectAnnotation
from app.projects.running import round_runs
from app.versions import IfMatch, expected_version

router = APIRouter(tags=["images"])
BESIDE_THE_ROUND = (
    "While a round runs, annotators label what it hands out. Only reviewers and owners may more."
)


def find_for_labelling(session: Session, image_id: str, user: Principal) -> Image:
    """Return an image that the caller may label.

    Annotators may label what has no label while no round runs, and correct their own; the rest is for
    reviewers and owners: 403.
    """
    image, role = find_with_role(session, Image, image_id, user)
    if role != "annotator":
        return image
    standing = standing_label(session, image.id)
    if standing is not None and standing.annotator_id != user.id:
        return find(session, Image, image_id, user, "reviewer")
    if standing is None and round_runs(session, image.project_id):
        raise Problem(403, BESIDE_THE_ROUND)
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
        labelled = label_image(session, image, body.category_id, user, expected)
        after_commit(session, lambda: notify_round_jobs(labelled.job_ids))
    response.headers["ETag"] = f'"{labelled.annotation.version}"'
    return labelled.annotation


@router.delete("/images/{image_id}/annotation", status_code=204)
def withdraw_image_label(image_id: str, user: CurrentUser, if_match: IfMatch = None) -> None:
    """Withdraw an indicator or an imported label."""
    expected = expected_version(if_match)
    with write_session() as session:
        withdraw_label(session, find_for_labelling(session, image_id, user), expected)
