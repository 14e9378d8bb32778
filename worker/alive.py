"""Whether a worker lives, for those that watch it from outside: each pass of its reaper leaves a mark.

A worker that is hung, does not reach the database or has stopped consuming leaves none. Its supervisor starts
it again then, and a health check of its container fails.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

from app.core.config import get_settings
from app.core.unfinished import discard


def _folder(queue: str) -> Path:
    return get_settings().work_directory / "alive" / queue


def mark(queue: str) -> None:
    """Say that this process, a worker of `queue`, lives; marks of processes long gone are removed."""
    folder = _folder(queue)
    if folder.is_file():  # the mark of a release before 6969b5a; one may still run on this volume
        folder.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / str(os.getpid())).touch()
    discard(path for path in folder.iterdir() if _age(path) > 2 * get_settings().worker_silence_seconds)


def marked_at(queue: str, pid: int) -> float:
    """Return the time of the last mark of a worker process; 0 where there is none, or none can be read."""
    with suppress(OSError):
        return (_folder(queue) / str(pid)).stat().st_mtime
    return 0.0


def is_alive(queue: str) -> bool:
    """Return whether a worker of `queue` on this machine has left a mark not long ago."""
    return any(_age(path) < get_settings().worker_silence_seconds for path in _folder(queue).glob("*"))


def _age(path: Path) -> float:
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime
    return float("inf")
