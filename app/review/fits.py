"""Fits of a review: when the model learns again from what people have confirmed."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.database import after_commit
from app.core.models import Job, ReviewPage, Round, Step
from app.core.queue import notify
from app.core.states import JOB_LIVE
from app.jobs.kinds import queue_of
from app.jobs.service import insert_round_job
from app.projects.open_audits import labels_are_audited
from ml.config import ReviewConfig

FIT = "review_fit"


def config_of(row: Round) -> ReviewConfig:
    """Return how a review pages."""
    return ReviewConfig.model_validate(row.review or {})


def newest_fit(session: Session, round_id: str) -> Step | None:
    """Return the step of the newest fit; None before the first."""
    steps = select(Step).where(Step.round_id == round_id).order_by(Step.index.desc())
    return session.scalars(steps.limit(1)).first()


def is_fitting(session: Session, round_id: str) -> bool:
    """Return whether a fit is queued or running."""
    live = select(Job.id).where(Job.round_id == round_id, Job.kind == FIT, Job.state.in_(JOB_LIVE))
    return session.scalar(live.limit(1)) is not None


def not_learned(session: Session, round_id: str) -> int:
    """Return how many pages have given or taken back labels that no fit has learned from."""
    pages = select(func.count()).where(ReviewPage.round_id == round_id, ReviewPage.learned.is_(False))
    return session.scalar(pages) or 0


def start_fit_if_due(session: Session, row: Round) -> None:
    """Have the model learn where enough pages were confirmed since it did."""
    every = config_of(row).refit_every
    if every and row.state == "labelling" and not_learned(session, row.id) >= every:
        start_fit(session, row)


def start_fit(session: Session, row: Round) -> bool:
    """Have the model learn, unless it does; returns whether it does then: not while an audit is open.

    The labels that an audit is about stay as they are until it has ended.
    """
    if labels_are_audited(session, row.project_id):
        return False
    newest = newest_fit(session, row.id)
    index = 0 if newest is None else newest.index + 1
    put_off = delete(Job).where(
        Job.round_id == row.id, Job.step == index, Job.kind == FIT, Job.state == "done"
    )
    session.execute(put_off)  # a step has one job of a kind
    job_id = insert_round_job(session.connection(), FIT, row.project_id, row.id, index)
    if job_id is not None:
        after_commit(session, lambda: notify(job_id, queue_of(FIT)))
    return True


def is_put_off(session: Session, row: Round) -> bool:
    """Return whether a fit of the review is not to be published now, because an audit is open.

    Its labels are learned from after the audit. A fit that people wait for, the first or the last, is never
    put off: no audit begins before it is done.
    """
    return row.state == "labelling" and labels_are_audited(session, row.project_id)
