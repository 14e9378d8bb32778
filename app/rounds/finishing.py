"""Ending a round before its time: nobody is asked for more, and what was answered is learnt from once."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.database import after_commit, now
from app.core.models import Query, Round, Step
from app.core.problems import Problem
from app.core.queue import notify
from app.core.states import ROUND_ENDED
from app.jobs.kinds import queue_of
from app.labelling.queue import complete_step, withdraw_open


def finish_round(session: Session, row: Round) -> None:
    """End the round where it is; its open queries are withdrawn, its labels stay.

    Where its step has labels, a model learns from them before the round is done; where a model is at work
    already, the round is done after it. Else it is done at once. 409 where it has ended, or is a review.
    """
    if row.kind == "review":
        raise Problem(409, "This round is a review: finish it as one.", review_id=row.id)
    step_id = lock_open_step(session, row)
    if row.state in ROUND_ENDED:
        raise Problem(409, f"This round is {row.state} already.")
    row.finish_requested_at = row.finish_requested_at or now()
    if row.state == "paused":
        row.state, row.resume_state = row.resume_state or "labelling", None
    session.flush()
    if row.state != "labelling" or step_id is None:
        return
    withdraw_open(session.connection(), step_id)
    labelled = select(Query.id).where(Query.step_id == step_id, Query.state == "labelled")
    if session.scalar(labelled.limit(1)) is not None:
        learn_if_complete(session, row, step_id)
        return
    session.execute(update(Step).where(Step.id == step_id).values(state="done", finished_at=now()))
    asked = select(func.sum(Step.asked)).where(Step.round_id == row.id, Step.index <= row.step)
    row.state, row.budget, row.finished_at = "done", session.scalars(asked).one(), now()


def learn_if_complete(session: Session, row: Round, step_id: str) -> None:
    """Have the model learn from the round's open step, where nothing of it is outstanding."""
    job_id = complete_step(session.connection(), row.id, step_id)
    session.refresh(row)
    if job_id is not None:
        after_commit(session, lambda: notify(job_id, queue_of("round_advance")))


def lock_open_step(session: Session, row: Round) -> str | None:
    """Lock the step that is being labelled and then the round, as answers do; return its id or None."""
    current = select(Round.step).where(Round.id == row.id).scalar_subquery()
    being_labelled = select(Step.id).where(
        Step.round_id == row.id, Step.index == current, Step.state == "labelling"
    )
    step_id = session.scalar(being_labelled.with_for_update())
    lock_round(session, row)
    return step_id


def lock_round(session: Session, row: Round) -> None:
    """Lock the round, and read it as it is now."""
    session.refresh(row, with_for_update=True)
