"""Keeping a handful of processes alive: restart with back-off, also of the hung, and one orderly end."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import chain
from types import FrameType

import structlog

from app.core.config import get_settings
from worker.alive import marked_at

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 25.0
POLL_SECONDS = 0.2
log = structlog.get_logger()


@dataclass
class Service:
    """One process that should be running; `delay` is the pause before its next start.

    The process imports what it needs, then waits for a line on its standard input before it begins: so one
    that is `held` gets ready while the database is being prepared.
    """

    name: str
    arguments: list[str]
    held: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    restart_at: float = 0.0
    delay: float = FIRST_DELAY
    kill_at: float | None = None

    @property
    def command(self) -> list[str]:
        """Return what is run."""
        return [sys.executable, "-m", "worker.service.launch", str(os.getpid()), *self.arguments]

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl+C reaches the supervisor alone."""
        self.process = subprocess.Popen(  # noqa: S603  (our own module)
            self.command, stdin=subprocess.PIPE, start_new_session=True
        )
        self.started = time.monotonic()
        if not self.held:
            self.release()

    def release(self) -> None:
        """Let the process begin, and those that are started after it."""
        self.held = False
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(OSError):  # it has ended already, which `tend` will see
                self.process.stdin.write(b"begin\n")
                self.process.stdin.flush()

    def tend(self) -> None:
        """Start the process again where it has ended and its pause is over; the pauses grow."""
        moment = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            steady = moment - self.started > STEADY_SECONDS
            self.delay = FIRST_DELAY if steady else min(self.delay * 2, LONGEST_DELAY)
            self.restart_at = moment + self.delay
            log.warning(
                "service.ended", service=self.name, status=self.process.returncode, restart_in=self.delay
            )
            self.process, self.kill_at = None, None
        if self.process is None and moment >= self.restart_at:
            self.start()
        elif self.process is not None and self.is_silent(self.process.pid, moment):
            self._end_silent(self.process, moment)

    def is_silent(self, pid: int, moment: float) -> bool:
        """Return whether the running process should have given a sign of life by now; this one gives none."""
        return False

    def _end_silent(self, process: "subprocess.Popen[bytes]", moment: float) -> None:
        """Ask the process to end, and make it end where it does not."""
        if self.kill_at is None:
            log.error("service.silent", service=self.name, pid=process.pid)
            process.terminate()
            self.kill_at = moment + STOP_SECONDS
        elif moment >= self.kill_at:
            process.kill()


@dataclass
class WorkerService(Service):
    """A worker process, `arguments` being `worker` and its queue; it leaves marks while it works."""

    mark: float = 0.0
    marked: float = 0.0

    def is_silent(self, pid: int, moment: float) -> bool:
        """Return whether the worker's mark has not changed for long.

        That is measured by our own clock, so that one that was set or a machine that slept ends nobody.
        """
        newest = marked_at(self.arguments[1], pid)
        if newest != self.mark:
            self.mark, self.marked = newest, moment
        return moment - max(self.marked, self.started) > get_settings().worker_silence_seconds


class Supervisor:
    """Runs services until the process is asked to stop; those that were added last end first."""

    def __init__(self, services: list[Service]) -> None:
        self._groups = [services]
        self._stopping = False

    def add(self, services: list[Service]) -> None:
        """Have `run` start these too, which may need those that run already; any thread may call this."""
        self._groups = [*self._groups, services]

    def run(self) -> None:
        """Start every service and keep it running; returns after SIGINT or SIGTERM, when all have ended.

        The services' lives are tied to this thread.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_soon)
        try:
            while not self._stopping:
                for service in chain.from_iterable(self._groups):
                    service.tend()
                time.sleep(POLL_SECONDS)
        finally:
            for services in reversed(self._groups):
                stop(services)

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        # A plain flag: a handler runs in the middle of anything, where taking an Event's lock can deadlock.
        self._stopping = True


def stop(services: list[Service]) -> None:
    """End the services, and return when they have; those that take too long are killed."""
    running = [service.process for service in services if service.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
