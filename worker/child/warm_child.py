"""Keeping one child warm: started ahead of its first job, replaced after a crash, a kill or memory growth.

One that is not `lasting` is started for each job and let go after it, so that it holds no memory in between.
"""

import errno
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog

from app.core.config import get_settings
from ml.messages import Checkpoint, PretrainPoint
from worker.causes import Cause
from worker.child.model_process import COMMAND, ChildDiedError, ModelProcess
from worker.watchdog import StoppingError, stopping

POLL_SECONDS = 0.2
PARTING_SECONDS = 15.0
CHECKPOINTED = ("pretrain",)
Report = Callable[[PretrainPoint | Checkpoint], None]
Progress = Callable[[float, str, str], None]
log = structlog.get_logger()


class JobFailedError(Exception):
    """The job cannot be done, and trying again would not help; the message is the reason."""


class InputRefusedError(JobFailedError):
    """What the job was given cannot be used."""


class WarmChild:
    """Runs one operation at a time in a child that outlives it, unless it is not to be a `lasting` one."""

    def __init__(self, command: Sequence[str] = COMMAND, *, lasting: bool = True) -> None:
        self._command = command
        self._lasting = lasting
        self._lock = threading.Lock()
        self._process: ModelProcess | None = None
        self._resting_bytes = 0

    def warm_up(self) -> None:
        """Start the child now where there is none, so that its imports are done before the first job."""
        with self._lock:
            self._ready()

    def run(
        self,
        operation: str,
        request: str,
        progress: Progress,
        check: Callable[[], None],
        report: Report = lambda _report: None,
    ) -> dict[str, Any]:
        """Return the result of `operation` on the JSON `request`.

        `check` is called several times a second and stops the job by raising: the child is killed then, but a
        pretraining whose worker stops saves a checkpoint first. `report` gets points and checkpoints.
        Raises JobFailedError with the child's reason, ChildDiedError, or OSError where a disk is full.
        """
        with self._turn(check):
            process = self._ready()
            try:
                process.ask(operation, request)
                result = self._follow(process, progress, check, report)
            except JobFailedError:
                raise
            except StoppingError:
                late = self._part(process, report) if operation in CHECKPOINTED else None
                self._replace()
                if late is None:
                    raise
                return late
            except BaseException:
                self._replace()
                raise
            self._replace_if_grown(process)
            return result

    def stop(self) -> None:
        """End the child, also in the middle of a job."""
        if self._process is not None:
            self._process.kill()

    @contextmanager
    def _turn(self, check: Callable[[], None]) -> Iterator[None]:
        """Hold the child for one operation; `check` stops the wait for it by raising."""
        while not self._lock.acquire(timeout=POLL_SECONDS):
            check()
        try:
            yield
        finally:
            if not self._lasting:
                self.stop()
                self._process = None
            self._lock.release()

    def _ready(self) -> ModelProcess:
        if self._process is None or not self._process.alive:
            self._process, self._resting_bytes = ModelProcess(self._command), 0
        return self._process

    def _replace(self) -> None:
        if self._process is not None:
            self._process.kill()
        self._process = None
        if self._lasting and not stopping.is_set():
            self._ready()

    def _follow(
        self, process: ModelProcess, progress: Progress, check: Callable[[], None], report: Report
    ) -> dict[str, Any]:
        heard = time.monotonic()
        while True:
            check()  # before a message is taken, which could not be handed on any more
            message = process.answer(POLL_SECONDS)
            if message is None:
                if time.monotonic() - heard > get_settings().child_silence_seconds:
                    raise ChildDiedError("The model process fell silent.")
                continue
            heard = time.monotonic()
            if "result" in message:
                result: dict[str, Any] = message["result"]
                return result
            if "error" in message:
                raise _failure(message["error"], message["cause"])
            if "progress" in message:
                progress(message["progress"], message["phase"], message["message"])
            else:
                report(_reported(message))

    def _part(self, process: ModelProcess, report: Report) -> dict[str, Any] | None:
        """Have the child save a checkpoint and end; returns its result where it came to one meanwhile."""
        process.pause()
        until = time.monotonic() + PARTING_SECONDS
        while time.monotonic() < until:
            try:
                message = process.answer(POLL_SECONDS) or {"progress": None}
            except ChildDiedError:
                return None
            if "result" in message:
                result: dict[str, Any] = message["result"]
                return result
            if "error" in message:
                return None
            if "progress" not in message:
                report(_reported(message))
        return None

    def _replace_if_grown(self, process: ModelProcess) -> None:
        held = process.own_bytes()
        self._resting_bytes = self._resting_bytes or held
        if held - self._resting_bytes > get_settings().child_growth_bytes:
            log.warning("child.grown", pid=process.pid, bytes=held)
            self._replace()


def _reported(message: dict[str, Any]) -> PretrainPoint | Checkpoint:
    if "point" in message:
        return PretrainPoint.model_validate(message["point"])
    return Checkpoint.model_validate(message["checkpoint"])


def _failure(reason: str, cause: Cause) -> Exception:
    if cause == "disk":
        return OSError(errno.ENOSPC, reason)
    if cause == "memory":
        return ChildDiedError(reason)
    return InputRefusedError(reason) if cause == "input" else JobFailedError(reason)
