"""Ending a round before its time: nobody is asked for more, and what was answered is learnt from once."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.database import after_commit, now
from app.core.models import Job, Query, Round, Step
from app.core.problems import Problem
from app.core.states import JOB_LIVE, ROUND_ENDED
from app.jobs.service import notify_round_jobs
from app.labelling.ahead import propose_ahead
from app.labelling.leases import OPEN_STEPS
from app.labelling.queue import complete_step, withdraw_open
from app.projects.open_audits import require_no_audit


def finish_round(session: Session, row: Round) -> None:
    """End the round where it is; its open queries are withdrawn, its labels stay.

    Where its step has labels, a model learns from them before the round is done; where a model is at work
    already, the round is done after it. Else it is done at once. 409 where it has ended, or is a review.
    """
    if row.kind == "review":
        raise Problem(409, "This round is a review: finish it as one.", review_id=row.id)
    step_ids = lock_open_steps(session, row)
    if row.state in ROUND_ENDED:
        raise Problem(409, f"This round is {row.state} already.")
    require_no_audit(session, row.project_id)
    row.finish_requested_at = row.finish_requested_at or now()
    if row.state == "paused":
        row.state, row.resume_state = row.resume_state or "labelling", None
    session.flush()
    if row.state == "labelling":
        for step_id in step_ids:
            _end_step(session, row, step_id)
        settle(session, row)


def _end_step(session: Session, row: Round, step_id: str) -> None:
    """Ask for nothing more in a step, and have the model learn from it where it has labels."""
    withdraw_open(session.connection(), step_id)
    labelled = select(Query.id).where(Query.step_id == step_id, Query.state == "labelled")
    if session.scalar(labelled.limit(1)) is not None:
        learn_if_complete(session, row, step_id)
    else:
        session.execute(update(Step).where(Step.id == step_id).values(state="done", finished_at=now()))


def settle(session: Session, row: Round, ends: str | None = None) -> None:
    """Give the round the state that its steps and jobs make it have; `ends` is the job that is just ending.

    It is labelled while any of its steps is, learns while a job of it is live, and is done after that. A
    round that is paused will be so when it is resumed; its end needs no resuming.
    """
    session.flush()
    connection = session.connection()
    being_labelled = connection.execute(OPEN_STEPS, {"round_id": row.id}).first() is not None
    live = select(Job.id).where(
        Job.round_id == row.id, Job.state.in_(JOB_LIVE), Job.id.is_distinct_from(ends)
    )
    if not being_labelled and connection.execute(live.limit(1)).first() is None:
        asked = select(func.sum(Step.asked)).where(Step.round_id == row.id, Step.index <= row.step)
        row.state, row.resume_state, row.finished_at = "done", None, now()
        row.budget = session.scalars(asked).one() or 0
        return
    state = "labelling" if being_labelled else "finetuning"
    if row.state == "paused":
        row.resume_state = state
    else:
        row.state = state


def learn_if_complete(session: Session, row: Round, step_id: str) -> None:
    """Have the model learn from a step, where nothing of it is outstanding and it is the oldest open one."""
    job_id = complete_step(session.connection(), row.id, step_id)
    session.refresh(row)
    if job_id is not None:
        after_commit(session, lambda: notify_round_jobs([job_id]))


def propose_if_few(session: Session, row: Round) -> None:
    """Have the next step of a rolling round proposed where few of its queries are open."""
    job_id = propose_ahead(session.connection(), row.id)
    if job_id is not None:
        after_commit(session, lambda: notify_round_jobs([job_id]))


def lock_open_steps(session: Session, row: Round) -> list[str]:
    """Lock the steps being labelled and then the round, as answers do; return their ids, oldest first."""
    newest = select(Round.step).where(Round.id == row.id).scalar_subquery()
    unfinished = select(Step.id, Step.index.label("step")).where(
        Step.round_id == row.id, Step.index <= newest, Step.state == "labelling"
    )
    found = session.execute(unfinished.order_by(Step.id).with_for_update()).all()
    lock_round(session, row)
    return [row.id for row in sorted(found, key=lambda row: row.step)]


def lock_round(session: Session, row: Round) -> None:
    """Lock the round, and read it as it is now."""
    session.refresh(row, with_for_update=True)
