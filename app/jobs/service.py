"""Creating and cancelling jobs. Workers run them through `worker/database`."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.database import after_commit, now
from app.core.identifiers import new_id
from app.core.models import Encoder, Job, Round, Source, Step
from app.core.queue import notify
from app.core.states import ROUND_ENDED
from app.jobs.kinds import KINDS, queue_of

CANCELLED = "Cancelled."
_MADE: dict[str, type[Encoder] | type[Source]] = {"encoder": Encoder, "source": Source}


def create_job(session: Session, kind: str, params: dict[str, Any], **columns: Any) -> Job:
    """Add a queued job and notify its queue once the transaction is committed; returns the new row."""
    job = Job(kind=kind, queue=queue_of(kind), params=params, **columns)
    session.add(job)
    session.flush()
    after_commit(session, lambda: notify(job.id, job.queue))
    return job


def insert_round_job(
    connection: Connection, kind: str, project_id: str, round_id: str, step: int
) -> str | None:
    """Add the one job of its kind that a step of a round has; returns its id, or None where it is there.

    The caller notifies the queue after the commit (`notify_round_jobs`).
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {"id": new_id(), "kind": kind, "queue": queue_of(kind), "project_id": project_id}
    statement = insert(Job).values(**values, round_id=round_id, step=step)
    unique = [Job.round_id, Job.step, Job.kind]
    added = connection.execute(statement.on_conflict_do_nothing(index_elements=unique).returning(Job.id))
    return added.scalar()


def notify_round_jobs(job_ids: Iterable[str]) -> None:
    """Notify workers of jobs that `insert_round_job` has added: the transaction has to be committed."""
    for job_id in job_ids:
        notify(job_id, queue_of("round_advance"))


def cancel_job(session: Session, job: Job, by: str | None = None) -> None:
    """Ask for the end of a job: a queued one is cancelled here and now, a running one by its worker.

    A round that ends with it remembers `by` whom, if that is told. Cancelling what has ended changes nothing.
    """
    queued = (
        update(Job)
        .where(Job.id == job.id, Job.state == "queued")
        .values(state="cancelled", cancel_requested_at=now(), finished_at=now())
    )
    running = update(Job).where(Job.id == job.id, Job.state == "running", Job.cancel_requested_at.is_(None))
    connection = session.connection()
    if connection.execute(queued).rowcount:
        _remember(connection, job, by)
        tell_dependants(session, job, "cancelled", CANCELLED)
    elif connection.execute(running.values(cancel_requested_at=now())).rowcount:
        _remember(connection, job, by)
    session.refresh(job)


def _remember(connection: Connection, job: Job, by: str | None) -> None:
    if job.round_id is None or by is None:
        return
    ending = update(Round).where(Round.id == job.round_id, Round.state.not_in(ROUND_ENDED))
    connection.execute(ending.values(changed_by=by))


def discard_steps_ahead(connection: Connection, round_id: str) -> None:
    """Remove the step that a worker had begun to write when its round ended, and which nobody has seen."""
    current = select(Round.step).where(Round.id == round_id).scalar_subquery()
    connection.execute(delete(Step).where(Step.round_id == round_id, Step.index > current))


def tell_dependants(session: Session, job: Job, state: str, reason: str) -> None:
    """Give the round, encoder or source that waits for the ended job its own end."""
    connection = session.connection()
    if job.round_id:
        waiting = update(Round).where(Round.id == job.round_id, Round.state.not_in(ROUND_ENDED))
        connection.execute(waiting.values(state=state, error=reason, finished_at=now()))
        discard_steps_ahead(connection, job.round_id)
    makes = KINDS[job.kind].makes if job.kind in KINDS else None
    if makes is not None:
        table = _MADE[makes]
        unmade = update(table).where(table.id == job.params[f"{makes}_id"], table.state == "pending")
        connection.execute(unmade.values(state=state if makes == "encoder" else "failed", error=reason))
