"""Asking for predictions of the images that the newest model has not seen."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Image, Job
from app.core.problems import Problem
from app.jobs.service import create_job
from app.rounds.newest import newest_model


def predict_later_images(session: Session, project_id: str, user_id: str | None) -> Job:
    """Return the job that predicts, the one that waits already where there is one; 409 without a model.

    One that is running may have begun before the newest images came, so that another waits behind it. One
    that began by itself becomes that of the user who asks: it tells why it cannot be done then.
    """
    if newest_model(session, project_id) is None:
        raise Problem(409, "The project has no model yet: a round trains one.")
    return _asked_for(session, project_id, user_id)


def predict_new_images(session: Session, project_id: str) -> None:
    """Have the newest model, where there is one, predict images that have just been added."""
    if newest_model(session, project_id) is not None:
        predict_later_images(session, project_id, None)


def predict_unseen_images(session: Session, project_id: str, seen: set[str]) -> None:
    """Have a model that is just being saved, which has `seen` these images, predict those that came since."""
    ids = session.scalars(select(Image.id).where(Image.project_id == project_id))
    if not seen.issuperset(ids):
        _asked_for(session, project_id, None)


def _asked_for(session: Session, project_id: str, user_id: str | None) -> Job:
    waiting = _waiting(session, project_id)
    if waiting is None:
        return create_job(session, "predict", {}, project_id=project_id, created_by=user_id)
    waiting.created_by = waiting.created_by or user_id
    return waiting


def _waiting(session: Session, project_id: str) -> Job | None:
    queued = select(Job).where(Job.project_id == project_id, Job.kind == "predict", Job.state == "queued")
    return session.scalars(queued.limit(1).with_for_update()).first()
