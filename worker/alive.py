"""Whether a worker lives, for those that watch it from outside: each of its sweeps leaves a mark."""

import time
from pathlib import Path

from app.core.config import get_settings

SILENT_SWEEPS = 6
SLOW_SECONDS = 60.0


def _mark(queue: str) -> Path:
    return get_settings().work_directory / "alive" / queue


def mark(queue: str) -> None:
    """Say that the worker of `queue` lives and reaches the database."""
    path = _mark(queue)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def is_alive(queue: str) -> bool:
    """Return whether the last sweep of this machine's worker of `queue` was not long ago."""
    try:
        age = time.time() - _mark(queue).stat().st_mtime
    except FileNotFoundError:
        return False
    return age < SILENT_SWEEPS * get_settings().sweep_seconds + SLOW_SECONDS
