"""Running one job from claim to end: the claim decides who runs it, the outcome how it ends."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from app.core.problems import Problem
from app.core.storage import StorageUnavailableError, get_storage
from ml.errors import UnusableInputError
from worker import watchdog
from worker.causes import cause_of
from worker.child.model_process import ChildDiedError
from worker.child.warm_child import JobFailedError
from worker.database import claims, figures, leftovers, outcomes, schema
from worker.database.requests import discard_output
from worker.jobs import handlers
from worker.liveness import probe

STORAGE_SECONDS = 60.0
STORAGE_POLL_SECONDS = 0.5
DISK_FULL = "The disk is full. This goes on by itself once there is room."
log = structlog.get_logger()
ALONE = "pretrain"
"""The kind of job of which a worker runs one at a time, whatever else it runs beside it."""
_alone = threading.Lock()
_busy = 0
_busy_lock = threading.Lock()


def busy() -> int:
    """Return how many jobs this process is running."""
    return _busy


def run(job_id: str) -> None:
    """Run the job if this worker can claim it. A repeated or forged message ends here without effect."""
    probe.received()
    with _counted(), _room_for(claims.kind_of(job_id)) as free:
        if watchdog.stopping.is_set() or not free or not schema.is_ours():
            return
        claim = claims.claim(job_id)
        if claim is None:
            leftovers.close_unclaimable(job_id)
            return
        ids = {"job_id": job_id, "kind": claim.kind, "epoch": claim.fence.token}
        with structlog.contextvars.bound_contextvars(**ids, request_id=claim.request_id):
            run_claimed(claim)


@contextmanager
def _room_for(kind: str | None) -> Iterator[bool]:
    """Yield whether a job of this kind may begin here now; a reaper notifies again of one that may not."""
    if kind != ALONE:
        yield True
        return
    free = _alone.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            _alone.release()


@contextmanager
def _counted() -> Iterator[None]:
    global _busy  # noqa: PLW0603  (a counter of this process)
    with _busy_lock:
        _busy += 1
    try:
        yield
    finally:
        with _busy_lock:
            _busy -= 1


def run_claimed(claim: claims.Claim) -> None:
    """Do the claimed job and give it its end; where the claim is lost meanwhile, nothing is written."""
    log.info("job.started", attempt=claim.attempts)
    watching = watchdog.Watchdog(claim.fence)
    try:
        with watching:
            outcome = _outcome(claim, watching)
    except claims.LostClaimError:
        outcome = "lost"
    finally:
        discard_output(claim)
    _count(claim, outcome, watching.phases.stop())
    log.info("job.ended", outcome=outcome)


def _count(claim: claims.Claim, outcome: str, phases: dict[str, float]) -> None:
    """Add the run to the figures; it has ended, whatever becomes of them."""
    try:
        figures.count_run(claim.kind, outcome, phases)
    except Exception as error:
        log.warning("figures.failed", error=type(error).__name__)


def _handle(claim: claims.Claim, watching: watchdog.Watchdog) -> None:
    """Do the job. Where the storage cannot be used, wait for it a while: the next try shall find it."""
    try:
        handlers.HANDLERS[claim.kind](claim, watching)
    except StorageUnavailableError:
        deadline = time.monotonic() + STORAGE_SECONDS
        while time.monotonic() < deadline and not _storage_works():
            watching.progress(0.0, "waiting", "for the blob storage")
            time.sleep(STORAGE_POLL_SECONDS)
        raise


def _storage_works() -> bool:
    try:
        get_storage().check()
    except (StorageUnavailableError, OSError):
        return False
    return True


def _outcome(claim: claims.Claim, watching: watchdog.Watchdog) -> str:
    try:
        _handle(claim, watching)
    except (watchdog.CancelledError, claims.UnwantedError):
        outcomes.cancel(claim.fence)
        return "cancelled"
    except watchdog.StoppingError:
        outcomes.hand_back(claim)
        return "handed back"
    except (JobFailedError, UnusableInputError, Problem) as error:
        outcomes.fail(claim.fence, str(error))
        return "failed"
    except claims.LostClaimError:
        raise
    except (ChildDiedError, StorageUnavailableError) as error:
        log.warning("job.crashed", error=str(error))
        outcomes.retry(claim, str(error))
        return "crashed"
    except Exception as error:
        return _unexpected(claim, error)
    return "done"


def _unexpected(claim: claims.Claim, error: Exception) -> str:
    if cause_of(error) == "disk":
        log.warning("job.paused", error=str(error))
        outcomes.pause(claim, DISK_FULL)
        return "paused"
    log.exception("job.raised")
    outcomes.retry(claim, f"{type(error).__name__}: {error}".splitlines()[0][:500])
    return "raised"
