"""The watchdog of a claim while its job runs: heartbeats, cancelling, a lost claim, a stopping worker."""

import threading
import time
from types import TracebackType
from typing import Literal, Self

import structlog
from sqlalchemy.exc import OperationalError

from app.core.config import get_settings
from worker.database.claims import Fence, LostClaimError, heartbeat, report_progress, watch
from worker.phases import PhaseClock

POLL_SECONDS = 0.5
PROGRESS_SECONDS = 1.0
log = structlog.get_logger()

stopping = threading.Event()
"""Set when this worker is asked to stop: jobs are handed back."""


class CancelledError(Exception):
    """Somebody asked to cancel the job."""


class StoppingError(Exception):
    """This worker is stopping; another one will do the job."""


class GivesWayError(StoppingError):
    """A job that people wait for is queued: this one comes after it."""


class Watchdog:
    """`with Watchdog(fence) as watchdog:` keeps the lease; `check` raises when the job has to stop."""

    def __init__(self, fence: Fence) -> None:
        self._fence = fence
        self._state: Literal["held", "cancelling", "lost"] = "held"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._reported = 0.0
        self.phases = PhaseClock()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def check(self) -> None:
        """Raise LostClaimError, CancelledError or StoppingError where the job has to stop."""
        if self._state == "lost":
            raise LostClaimError(self._fence.job_id)
        if self._state == "cancelling":
            raise CancelledError
        if stopping.is_set():
            raise StoppingError

    def progress(self, fraction: float, phase: str, message: str) -> None:
        """Store progress, at most once a second, after a check. A database that is busy costs no job."""
        self.check()
        self.phases.enter(phase)
        if time.monotonic() - self._reported < PROGRESS_SECONDS:
            return
        self._reported = time.monotonic()
        try:
            report_progress(self._fence, fraction, phase, message)
        except OperationalError as error:
            log.warning("progress.failed", job_id=self._fence.job_id, error=str(error.orig))

    def _watch(self) -> None:
        settings, beaten = get_settings(), time.monotonic()
        while self._state != "lost" and not self._over.wait(POLL_SECONDS):
            try:
                self._state = watch(self._fence)
                if time.monotonic() - beaten >= settings.job_heartbeat_seconds:
                    heartbeat(self._fence)
                    beaten = time.monotonic()
            except LostClaimError:
                self._state = "lost"
            except Exception as error:
                log.warning("guard.failed", job_id=self._fence.job_id, error=str(error))
                if time.monotonic() - beaten > settings.job_lease_seconds:
                    self._state = "lost"
