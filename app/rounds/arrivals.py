"""What follows when images are added: a running round embeds them, else the newest model predicts them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Job
from app.jobs.service import create_job
from app.projects.running import round_runs
from app.rounds.predicting import predict_new_images


def images_came(session: Session, project_id: str) -> None:
    """Have images that have just been added embedded, where a round runs, and else predicted.

    Embedding gives way to steps, and predictions follow it. One job waits at most: one that runs may have
    begun before the newest images came.
    """
    if not round_runs(session, project_id):
        predict_new_images(session, project_id)
    elif not _waits(session, project_id):
        create_job(session, "embed", {}, project_id=project_id)


def _waits(session: Session, project_id: str) -> bool:
    queued = select(Job.id).where(Job.project_id == project_id, Job.kind == "embed", Job.state == "queued")
    return session.scalar(queued.limit(1).with_for_update()) is not None
