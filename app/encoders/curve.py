"""How a pretraining goes, and having one that ended early go on."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.core.models import Encoder, Job, PretrainingPoint, Source
from app.core.order import newest_first
from app.core.problems import Problem
from app.core.states import ENCODER_STOPPED
from app.encoders.schemas import CurveOut, CurvePoint
from app.encoders.service import create_encoder_job
from ml.config import PretrainedEncoder

MOST_POINTS = 1000


def curve(session: Session, encoder: Encoder) -> CurveOut:
    """Return the curve of an encoder; an empty one where it was not pretrained here."""
    job = _newest_job(session, encoder)
    return CurveOut(
        points=_points(session, encoder.id),
        job_id=job.id if job else None,
        checkpoint_step=job.checkpoint["step"] if job and job.checkpoint else None,
        resumable=encoder.kind == "pretrain" and encoder.state in ENCODER_STOPPED,
    )


def _points(session: Session, encoder_id: str) -> list[CurvePoint]:
    """Return at most about `MOST_POINTS` points, evenly chosen, the last one and measured ones among them."""
    of_encoder = PretrainingPoint.encoder_id == encoder_id
    total = session.scalars(select(func.count()).select_from(PretrainingPoint).where(of_encoder)).one()
    stride = -(-total // MOST_POINTS) or 1
    place = func.row_number().over(order_by=PretrainingPoint.step).label("place")
    measured = PretrainingPoint.knn_accuracy.is_not(None).label("measured")
    numbered = select(PretrainingPoint.step, place, measured).where(of_encoder).subquery()
    shown = select(numbered.c.step).where(
        or_(numbered.c.place % stride == 1 % stride, numbered.c.place == total, numbered.c.measured)
    )
    points = select(PretrainingPoint).where(of_encoder, PretrainingPoint.step.in_(shown))
    return [
        CurvePoint(**{name: getattr(point, name) for name in CurvePoint.model_fields})
        for point in session.scalars(points.order_by(PretrainingPoint.step))
    ]


def _newest_job(session: Session, encoder: Encoder) -> Job | None:
    statement = select(Job).where(
        Job.project_id == encoder.project_id,
        Job.kind == "pretrain",
        Job.params["encoder_id"].as_string() == encoder.id,
    )
    return session.scalars(statement.order_by(*newest_first(Job)).limit(1)).first()


def resume(session: Session, encoder: Encoder, user_id: str) -> Job:
    """Return a new job that goes on after the newest checkpoint; 409 unless the pretraining ended early.

    Its epochs rise from those of the job before, so that no two claims on the encoder share one.
    """
    session.refresh(encoder, with_for_update=True)
    if encoder.kind != "pretrain":
        raise Problem(409, "Only a pretraining can go on.")
    if encoder.state not in ENCODER_STOPPED:
        raise Problem(409, f"Only a pretraining that ended early can go on: this one is {encoder.state}.")
    spec = PretrainedEncoder.model_validate(encoder.config)
    if spec.config.mode != "uf" and session.get(Source, spec.config.source_id, with_for_update=True) is None:
        raise Problem(409, "Its source has been deleted.")
    previous = _newest_job(session, encoder)
    encoder.state, encoder.error = "pending", None
    session.flush()
    begun = {"checkpoint": previous.checkpoint, "epoch": previous.epoch} if previous else {}
    return create_encoder_job(session, encoder, spec, user_id, **begun)
