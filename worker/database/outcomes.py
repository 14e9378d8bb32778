"""How a job ends, once: the terminal write clears the lease, and what waits for the job learns the reason."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.config import get_settings
from app.core.database import after_commit
from app.core.models import Job
from app.core.queue import notify
from app.jobs.service import CANCELLED, tell_dependants
from worker.database.claims import Claim, Fence, fenced_session, held
from worker.database.clock import from_now

PAUSED = "paused"


def finish_in(session: Session, fence: Fence, result: dict[str, Any]) -> None:
    """End the job as done within the fenced transaction that saves its work."""
    _end(session, fence, "done", progress=1.0, message=None, result=result, error=None)


def finish(fence: Fence, result: dict[str, Any]) -> None:
    """End the job as done; LostClaimError where the claim is lost."""
    with fenced_session(fence) as session:
        finish_in(session, fence, result)


def fail(fence: Fence, reason: str) -> None:
    """End the job, and the round or encoder that waits for it, as failed."""
    with fenced_session(fence) as session:
        _end(session, fence, "failed", error=reason)
        tell_dependants(session, session.get_one(Job, fence.job_id), "failed", reason)


def cancel(fence: Fence) -> None:
    """End the job, and the round or encoder that waits for it, as cancelled."""
    with fenced_session(fence) as session:
        _end(session, fence, "cancelled")
        tell_dependants(session, session.get_one(Job, fence.job_id), "cancelled", CANCELLED)


def retry(claim: Claim, reason: str) -> None:
    """Queue the job again after a crash, or fail it where it has had its attempts."""
    with fenced_session(claim.fence) as session:  # a checkpoint has begun to count the attempts anew
        attempts = session.scalars(select(Job.attempts).where(Job.id == claim.fence.job_id)).one()
    if attempts >= get_settings().job_max_attempts:
        fail(claim.fence, f"{reason} Tried {attempts} times.")
        return
    _requeue(claim.fence, error=reason)


def hand_back(claim: Claim) -> None:
    """Queue the job again because this worker is stopping; the attempt does not count."""
    _requeue(claim.fence, attempts=Job.attempts - 1)


def pause(claim: Claim, reason: str) -> None:
    """Queue the job until there is room on the disk, without a notification: reapers send it then.

    The attempt does not count.
    """
    with fenced_session(claim.fence) as session:
        waiting = {"phase": PAUSED, "message": reason, "attempts": Job.attempts - 1}
        session.execute(held(claim.fence).values(state="queued", lease_until=None, **waiting))


def _requeue(fence: Fence, **values: Any) -> None:
    queued = {"state": "queued", "queued_at": from_now(0.0), "lease_until": None, "phase": None}
    with fenced_session(fence) as session:
        session.execute(held(fence).values(**queued, **values))
        queue = session.scalars(select(Job.queue).where(Job.id == fence.job_id)).one()
        after_commit(session, lambda: notify(fence.job_id, queue))


def _end(session: Session, fence: Fence, state: str, **values: Any) -> None:
    ended = {"state": state, "lease_until": None, "phase": None, "finished_at": from_now(0.0)}
    session.execute(held(fence).values(**ended, **values))
