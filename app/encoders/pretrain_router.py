"""Pretraining: what it would take, how it goes, and going on after an early end."""

from fastapi import APIRouter

from app.access import find
from app.core.database import read_session, write_session
from app.core.models import Encoder, Project
from app.deps import CurrentUser
from app.encoders import pretraining
from app.encoders.curve import curve, resume
from app.encoders.schemas import CurveOut, EncoderAccepted, Estimate, NewEstimate

router = APIRouter(tags=["encoders"])


@router.post("/projects/{project_id}/encoders/estimate")
def estimate_pretraining(project_id: str, body: NewEstimate, user: CurrentUser) -> Estimate:
    """Return how many steps a pretraining has and how long it takes, by the newest speed measured here.

    Where there is none, a job measures it: ask again.
    """
    with write_session() as session:
        find(session, Project, project_id, user, "owner")
        images = pretraining.require_possible(session, project_id, body.config, user, "config")
        return pretraining.estimate(session, body.config, *images, user.id)


@router.get("/encoders/{encoder_id}/curve")
def get_curve(encoder_id: str, user: CurrentUser) -> CurveOut:
    """Return how the pretraining of an encoder goes; one that was not pretrained here has no points."""
    with read_session() as session:
        return curve(session, find(session, Encoder, encoder_id, user))


@router.post("/encoders/{encoder_id}/resume", status_code=202)
def resume_pretraining(encoder_id: str, user: CurrentUser) -> EncoderAccepted:
    """Have a pretraining that failed or was cancelled go on after its last checkpoint, in a new job."""
    with write_session() as session:
        encoder = find(session, Encoder, encoder_id, user, "owner")
        return EncoderAccepted(id=encoder.id, job_id=resume(session, encoder, user.id).id)
