"""Keeping a handful of processes alive: restart with back-off, and one orderly end for all."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from types import FrameType

import structlog

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 10.0
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

    @property
    def command(self) -> list[str]:
        """Return what is run."""
        return [sys.executable, "-m", "worker.launch", str(os.getpid()), *self.arguments]

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
            self.process = None
        if self.process is None and moment >= self.restart_at:
            self.start()


class Supervisor:
    """Runs services until the process is asked to stop."""

    def __init__(self, services: list[Service]) -> None:
        self._services = services
        self._stopping = False

    def add(self, services: list[Service]) -> None:
        """Have `run` start these too; any thread may call this."""
        self._services = [*self._services, *services]

    def run(self) -> None:
        """Start every service and keep it running; returns after SIGINT or SIGTERM, when all have ended.

        The services' lives are tied to this thread.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_soon)
        try:
            while not self._stopping:
                for service in self._services:
                    service.tend()
                time.sleep(POLL_SECONDS)
        finally:
            self._stop()

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        # A plain flag: a handler runs in the middle of anything, where taking an Event's lock can deadlock.
        self._stopping = True

    def _stop(self) -> None:
        running = [service.process for service in self._services if service.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
