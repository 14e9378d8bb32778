"""The parent's handle on the child process that runs `worker/child/program.py`."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from worker.child.program import PAUSE

# PR_SET_PDEATHSIG follows the thread that started a process: one that lives as long as we do starts them all.
_starter = ThreadPoolExecutor(1, thread_name_prefix="model-process-starter")
COMMAND = (sys.executable, "-m", "worker.child")
log = structlog.get_logger()


class ChildDiedError(Exception):
    """The child has ended, fell silent or ran out of memory; the message says which, for people to read."""


class ModelProcess:
    """One running child. Not thread-safe, but for `kill`."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._process = _starter.submit(_start, command).result()
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        threading.Thread(target=self._read, name="model-process-reader", daemon=True).start()
        log.info("child.started", pid=self._process.pid)

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Return whether the process runs."""
        return self._process.poll() is None

    def ask(self, operation: str, request: str) -> None:
        """Send a job whose `request` is JSON already. ChildDiedError where nobody reads it."""
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(f'{{"operation": "{operation}", "request": {request}}}\n'.encode())
            stdin.flush()
        except OSError as error:
            raise self._death() from error

    def answer(self, timeout: float) -> dict[str, Any] | None:
        """Return the next message, or None after `timeout` seconds; ChildDiedError where it has ended."""
        try:
            line = self._lines.get(timeout=timeout)
        except Empty:
            return None
        if line is None:
            raise self._death()
        message: dict[str, Any] = json.loads(line)
        return message

    def pause(self) -> None:
        """Ask for a checkpoint and an end of what it does; a process that has gone hears nothing."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(PAUSE)
            self._process.stdin.flush()

    def own_bytes(self) -> int:
        """Return the memory that is the process's alone, without the files that it maps, which are cache.

        0 where the system does not tell.
        """
        try:
            resident, shared = Path(f"/proc/{self.pid}/statm").read_text().split()[1:3]
        except OSError:
            return 0
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        for line in stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _death(self) -> ChildDiedError:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return ChildDiedError("The model process closed its pipe.")
        if code == -signal.SIGKILL:
            return ChildDiedError("The model process was killed, perhaps for lack of memory.")
        return ChildDiedError(f"The model process ended with status {code}.")


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  (our own)
