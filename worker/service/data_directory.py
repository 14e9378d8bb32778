"""The data directory as this release keeps it, whatever an earlier one, or another user, left there.

The database and the blobs are what lasts. What lies below `work/` and `queue/` can be thrown away: where this
release wants a folder and an earlier one kept a file, the file goes.
"""

import os
import stat
from pathlib import Path

import structlog

from app.core.config import get_settings
from app.core.queues import QUEUES
from worker.command_errors import InputError

MARKS = tuple(f"work/alive/{queue}" for queue in sorted(QUEUES))
CACHES = tuple(f"work/cache/{name}" for name in ("encoders", "features", "graphs", "pixels"))
WORK = ("work", "work/alive", *MARKS, "work/cache", *CACHES, "work/copies", "work/datasets", "work/jobs")
QUEUE = ("queue", "queue/control", "queue/messages")
LASTING = ("", "blobs")
DATABASE = ("eigenlabel.sqlite3", "eigenlabel.sqlite3-wal", "eigenlabel.sqlite3-shm")
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
log = structlog.get_logger()


def make_data_directory() -> None:
    """Make the data directory, close it to other users, and clear what is in the way of its folders.

    InputError where it cannot be made, or one of its folders cannot be written to.
    """
    directory = get_settings().data
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in (*LASTING, *WORK, *QUEUE):
            _clear(directory / name, lasting=name in LASTING)
            _close(directory / name, PRIVATE_FOLDER)
        for name in DATABASE:
            _close(directory / name, PRIVATE_FILE)
    except OSError as error:
        raise InputError(f"The data directory {directory} cannot be made: {error.strerror}.") from error


def _close(path: Path, mode: int) -> None:
    """Let nobody but this user read what is there; earlier releases left it open to all of the machine."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(mode)
    except FileNotFoundError:
        return
    except PermissionError:  # a volume of another user that lets us write
        log.warning("data.open_to_others", path=str(path))


def _clear(folder: Path, *, lasting: bool) -> None:
    """Remove a file where a folder belongs; one that is missing is made by whoever needs it first."""
    if folder.is_dir():
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(
                f"{folder} cannot be written to by the user {os.geteuid()}: give it to that user."
            )
    elif folder.is_file() and not lasting:
        log.warning("data.in_the_way", path=str(folder))
        folder.unlink(missing_ok=True)
    elif folder.exists() or folder.is_symlink():  # a link whose disk is not mounted is nobody's to remove
        raise InputError(f"{folder} is not a folder.")
