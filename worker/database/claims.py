"""Claiming a job, and writing as the one who holds it: every write names its fencing token."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.config import get_settings
from app.core.database import read_connection, write_connection, write_session
from app.core.models import Job
from worker.database.clock import from_now
from worker.database.figures import count_expiry


class LostClaimError(Exception):
    """The job is no longer held by this claim; whatever was being done for it must stop."""


class UnwantedError(Exception):
    """What the job was for has ended or gone; the job is cancelled."""


@dataclass(frozen=True)
class Fence:
    """A job, and the fencing token (the column `epoch`) under which it is held."""

    job_id: str
    token: int


@dataclass(frozen=True)
class Claim:
    """A job that this worker holds, and what it is asked to do."""

    fence: Fence
    kind: str
    params: dict[str, Any]
    attempts: int
    project_id: str | None
    round_id: str | None
    step: int | None
    created_by: str | None
    checkpoint: dict[str, Any] | None
    request_id: str | None


def unheld() -> ColumnElement[bool]:
    """Return the condition that nobody holds the job: it is queued, or its holder's lease has run out."""
    lapsed = and_(Job.state == "running", Job.lease_until < from_now(0.0))
    return or_(Job.state == "queued", lapsed)


def kind_of(job_id: str) -> str | None:
    """Return what kind of job it is; None where there is no such job."""
    with read_connection() as connection:
        return connection.scalar(select(Job.kind).where(Job.id == job_id))


def claim(job_id: str) -> Claim | None:
    """Take the job and return the claim; None where it is held, ended, cancelled or out of attempts."""
    settings = get_settings()
    statement = (
        update(Job)
        .where(Job.id == job_id, Job.attempts < settings.job_max_attempts)
        .where(Job.cancel_requested_at.is_(None), unheld())
        .values(
            state="running",
            epoch=Job.epoch + 1,
            attempts=Job.attempts + 1,
            lease_until=from_now(settings.job_lease_seconds),
            started_at=func.coalesce(Job.started_at, from_now(0.0)),
            progress=0.0,
            phase="starting",
            message=None,
        )
        .returning(
            Job.id,
            Job.epoch,
            Job.kind,
            Job.params,
            Job.attempts,
            Job.project_id,
            Job.round_id,
            Job.step,
            Job.created_by,
            Job.checkpoint,
            Job.request_id,
        )
    )
    expired = select(Job.kind).where(Job.id == job_id, Job.state == "running", unheld()).with_for_update()
    with write_connection() as connection:
        abandoned = connection.scalar(expired)
        row = connection.execute(statement).first()
        if row and abandoned:
            count_expiry(connection, abandoned)
    return Claim(Fence(row[0], row[1]), *row[2:]) if row else None


def held(fence: Fence) -> Update:
    """Return an update of the job that changes nothing once the claim is lost."""
    return (
        update(Job)
        .where(Job.id == fence.job_id, Job.epoch == fence.token, Job.state == "running")
        .execution_options(synchronize_session=False)
    )


def heartbeat(fence: Fence, **values: Any) -> None:
    """Extend the lease (and store `values`); LostClaimError where the claim is lost."""
    lease_until = from_now(get_settings().job_lease_seconds)
    with write_connection() as connection:
        if connection.execute(held(fence).values(lease_until=lease_until, **values)).rowcount == 0:
            raise LostClaimError(fence.job_id)


def report_progress(fence: Fence, fraction: float, phase: str, message: str) -> None:
    """Store how far the job is, with a heartbeat; LostClaimError where the claim is lost."""
    heartbeat(fence, progress=min(max(fraction, 0.0), 1.0), phase=phase[:40], message=message)


def watch(fence: Fence) -> Literal["held", "cancelling", "lost"]:
    """Return whether the claim still holds and whether somebody asked to cancel the job."""
    statement = select(Job.epoch, Job.state, Job.cancel_requested_at).where(Job.id == fence.job_id)
    with read_connection() as connection:
        row = connection.execute(statement).first()
    if row is None or row.epoch != fence.token or row.state != "running":
        return "lost"
    return "cancelling" if row.cancel_requested_at else "held"


@contextmanager
def fenced_session(fence: Fence) -> Iterator[Session]:
    """Yield a write transaction that commits only while the claim holds; LostClaimError where it is lost."""
    with write_session() as session:
        statement = held(fence).values(lease_until=from_now(get_settings().job_lease_seconds))
        if session.execute(statement).rowcount == 0:  # type: ignore[attr-defined]  # an update has a row count
            raise LostClaimError(fence.job_id)
        yield session
