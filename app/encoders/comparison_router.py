"""Encoders compared on the labels that there are, before a round starts."""

from fastapi import APIRouter

from app.access import find
from app.core.database import read_session, write_session
from app.core.models import Project
from app.deps import CurrentUser
from app.encoders.comparing import comparison, measure
from app.encoders.comparison_schemas import ComparisonOut

router = APIRouter(tags=["encoders"])


@router.get("/projects/{project_id}/encoder-comparison")
def get_comparison(project_id: str, user: CurrentUser) -> ComparisonOut:
    """Return how often a head on each encoder is right about labels that it has not learned from.

    Only what was measured with the labels of now is told: POST measures the rest.
    """
    with read_session() as session:
        find(session, Project, project_id, user)
        return comparison(session, project_id)


@router.post("/projects/{project_id}/encoder-comparison", status_code=202)
def compare_encoders(project_id: str, user: CurrentUser) -> ComparisonOut:
    """Measure the encoders that have not been measured with the labels of now, by a job each.

    Nothing is measured twice, and nothing where there are fewer than two encoders or not enough labels.
    """
    with write_session() as session:
        find(session, Project, project_id, user, "owner")
        measure(session, project_id, user.id)
        return comparison(session, project_id)
