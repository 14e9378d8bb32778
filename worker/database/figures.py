"""What a worker adds to the counters that `/metrics` shows (ADR 13)."""

from collections.abc import Mapping

from sqlalchemy import Connection

from app.core.database import write_connection
from app.core.models import Job
from app.metrics.counters import JOB_RUNS, LEASE_EXPIRIES, LOST_CLAIMS, add, key, phase_changes


def count_expiry(connection: Connection, kind: str) -> None:
    """Count a lease that ran out, in the transaction that takes the job from its holder."""
    add(connection, {key(LEASE_EXPIRIES, kind=kind): 1})


def count_closed(connection: Connection, job: Job) -> None:
    """Count a job that no worker can run any more, in the transaction that is about to end it."""
    outcome = "abandoned" if job.cancel_requested_at is None else "cancelled"
    expired = {key(LEASE_EXPIRIES, kind=job.kind): 1.0} if job.state == "running" else {}
    add(connection, {key(JOB_RUNS, kind=job.kind, outcome=outcome): 1.0} | expired)


def count_run(kind: str, outcome: str, phases: Mapping[str, float]) -> None:
    """Count how a run ended and, of one that is done, the seconds of its phases."""
    if outcome == "lost":
        changes = {key(LOST_CLAIMS, kind=kind): 1.0}
    else:
        changes = {key(JOB_RUNS, kind=kind, outcome=outcome): 1.0}
    if outcome == "done":
        changes |= phase_changes(kind, phases)
    with write_connection() as connection:
        add(connection, changes)
