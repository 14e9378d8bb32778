"""Locks between runs that share a folder. The system lets go of those of a process that ended."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ml.progress import Progress

FOLDER = ".locks"
SECONDS = 1.0


@contextmanager
def locked(path: Path, progress: Progress | None = None) -> Iterator[bool]:
    """Hold the lock of `path` inside, and yield whether it is held.

    With `progress` it waits until another run lets go, and says so; without, it does not wait.
    """
    folder = path.parent / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{path.name}.lock")
    held = acquired(lock, 0)
    while progress is not None and not held:
        progress(0.0, "waiting", f"another run has {os.fspath(path)}")
        held = acquired(lock, SECONDS)
    try:
        yield held
    finally:
        lock.release()


def acquired(lock: FileLock, seconds: float) -> bool:
    """Return whether the lock came free within `seconds`."""
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        return False
    return True
