"""How much room there is on the disks of this machine, and whether an error says that there is none."""

import errno
import shutil

from app.core.config import get_settings

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# safetensors, SQLite and PostgreSQL do not pass the system's error number on
FULL = ("No space left on device", "disk is full", "DiskFull")


def has_room() -> bool:
    """Return whether every disk that jobs write to has as much free as the settings ask for."""
    settings = get_settings()
    written = (settings.data, settings.work_directory, settings.blob_directory)
    return all(
        shutil.disk_usage(folder).free >= settings.min_free_bytes for folder in written if folder.exists()
    )


def is_full(error: BaseException) -> bool:
    """Return whether a full disk, or a quota that is used up, is what the error is about."""
    error = getattr(error, "orig", None) or error  # SQLAlchemy's own words hold what people wrote
    said = f"{type(error).__name__}: {error}"
    return getattr(error, "errno", None) in NO_ROOM or any(words in said for words in FULL)
