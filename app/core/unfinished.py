"""Files and folders that a writer works on and, where it is killed, leaves half-written."""

import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# No writer rests as long as that.
ABANDONED_SECONDS = 3600.0


def abandoned(unfinished: Iterable[Path]) -> list[Path]:
    """Return those of the `unfinished` that nobody has written to for an hour."""
    before, found = time.time() - ABANDONED_SECONDS, []
    for path in unfinished:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                found.append(path)
    return found


def discard(paths: Iterable[Path]) -> None:
    """Remove files and folders; another process may do so at the same time."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
