"""What nobody else comes back to: unclaimed cancels, spent attempts, lost notifications, old rows."""

import shutil
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, true

from app import idempotency
from app.core.broker import unfinished_messages
from app.core.config import get_settings
from app.core.database import after_commit, now, read_connection, write_session
from app.core.disk import has_room
from app.core.models import BrowserSession, IdempotencyKey, Job, Query, Round, SignInLink, Step
from app.core.queue import notify
from app.core.storage import get_storage
from app.core.unfinished import abandoned, discard
from app.jobs.service import CANCELLED, notify_round_jobs, tell_dependants
from app.labelling.ahead import MAY_PROPOSE, propose_ahead
from app.labelling.queue import complete_step
from worker.database.claims import unheld
from worker.database.clock import from_now
from worker.database.figures import count_closed
from worker.database.outcomes import PAUSED

BATCH = 500
OUT_OF_ATTEMPTS = "The worker stopped each time it ran this job."


def _unclaimable() -> ColumnElement[bool]:
    """Return the condition that no worker may claim the job, though nobody holds it."""
    spent = Job.attempts >= get_settings().job_max_attempts
    return and_(unheld(), or_(Job.cancel_requested_at.is_not(None), spent))


def close_unclaimable(job_id: str) -> None:
    """End the job as cancelled or failed where no worker can claim it any more; else do nothing."""
    with write_session() as session:
        job = session.scalar(select(Job).where(Job.id == job_id, _unclaimable()).with_for_update())
        if job is None:
            return
        cancelled = job.cancel_requested_at is not None
        count_closed(session.connection(), job)
        job.state = "cancelled" if cancelled else "failed"
        job.error = None if cancelled else " ".join(filter(None, [OUT_OF_ATTEMPTS, job.error]))
        job.lease_until, job.phase, job.finished_at = None, None, now()
        tell_dependants(session, job, job.state, job.error or CANCELLED)


def close_all_unclaimable() -> None:
    """End every job that no worker can claim any more."""
    with read_connection() as connection:
        job_ids = list(connection.scalars(select(Job.id).where(_unclaimable()).limit(BATCH)))
    for job_id in job_ids:
        close_unclaimable(job_id)


def notify_again(queue: str, count: int) -> int:
    """Notify `queue` of its oldest `count` jobs that wait unheld for longer than a message takes.

    Those that a full disk has paused wait until it has room. Returns how many messages the broker took.
    """
    may_run = true() if has_room() else Job.phase.is_distinct_from(PAUSED)
    notified_before = from_now(-get_settings().sweep_seconds)
    statement = (
        select(Job.id)
        .where(Job.queue == queue, unheld(), ~_unclaimable(), Job.created_at < notified_before, may_run)
        .order_by(Job.created_at)
        .limit(count)
    )
    with read_connection() as connection:
        job_ids = list(connection.scalars(statement))
    return sum(notify(job_id, queue) for job_id in job_ids)


def derive_advances() -> None:
    """Insert the `round_advance` job of every complete step that lacks it."""
    job = exists().where(Job.round_id == Round.id, Job.step == Step.index, Job.kind == "round_advance")
    being_labelled = and_(Step.round_id == Round.id, Step.index <= Round.step, Step.state == "labelling")
    statement = (
        select(Round.id, Step.id)
        .join(Step, being_labelled)
        .where(Round.state == "labelling", Round.step > 0, ~job)
        .where(~exists().where(Query.step_id == Step.id, Query.state == "open"))
        .order_by(Step.index)
        .limit(BATCH)
    )
    with read_connection() as connection:
        if connection.execute(statement).first() is None:
            return
    with write_session() as session:
        for round_id, step_id in session.execute(statement.with_for_update(key_share=True, of=Step)).all():
            job_id = complete_step(session.connection(), round_id, step_id)
            if job_id is not None:
                after_commit(session, partial(notify_round_jobs, [job_id]))


def derive_proposals() -> None:
    """Insert the `round_propose` job of every rolling round that has few open queries and lacks it."""
    with read_connection() as connection:
        round_ids = list(connection.scalars(MAY_PROPOSE.with_only_columns(Round.id).limit(BATCH)))
    for round_id in round_ids:
        with write_session() as session:
            job_id = propose_ahead(session.connection(), round_id)
            if job_id is not None:
                after_commit(session, partial(notify_round_jobs, [job_id]))


def discard_orphans() -> None:
    """Remove the folders of claims that have ended without clearing up, their worker having been killed."""
    folders = list((get_settings().work_directory / "jobs").glob("*-*"))
    if not folders:
        return
    running = select(Job.id, Job.epoch).where(Job.state == "running")
    with read_connection() as connection:
        held = {f"{row.id}-{row.epoch}" for row in connection.execute(running)}
    for folder in folders:
        if folder.name not in held:
            shutil.rmtree(folder, ignore_errors=True)


def discard_unfinished_files() -> None:
    """Remove what killed writers left behind more than an hour ago: in the storage, caches and queue."""
    get_storage().discard_unfinished()
    settings = get_settings()
    in_caches = (settings.work_directory / "cache").glob("*/*.partial")
    discard(abandoned([*in_caches, *unfinished_messages(settings.queue_directory / "messages")]))


def delete_expired() -> None:
    """Delete stored answers older than a day, ended sessions and stale sign-in links."""
    moment = now()
    expired: list[tuple[Any, ColumnElement[bool]]] = [
        (IdempotencyKey, IdempotencyKey.created_at < moment - idempotency.KEPT),
        (BrowserSession, BrowserSession.expires_at < moment),
        (SignInLink, SignInLink.expires_at < moment),
    ]
    for model, condition in expired:
        with read_connection() as connection:
            if connection.execute(select(1).where(condition).limit(1)).first() is None:
                continue
        with write_session() as session:
            session.execute(delete(model).where(condition), execution_options={"synchronize_session": False})
