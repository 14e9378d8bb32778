"""Getting written files onto the disk: one by one, or a whole file system where that costs less."""

import ctypes
import os
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

FEW = 16
"""Up to so many files are synced one by one; more wait less for the disk if all go at once."""


def make_durable(paths: Collection[str | Path]) -> None:
    """Return once the files' contents and the directories' names are on the disk; OSError where they are not.

    All of them lie in one file system. POSIX syncs a rename only with its directory.
    """
    at_once = _syncfs() if len(paths) > FEW else None
    for path in list(paths)[:1] if at_once else paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if at_once is None:
                os.fsync(descriptor)
            elif at_once(descriptor) != 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number), str(path))
        finally:
            os.close(descriptor)


@lru_cache
def _syncfs() -> Any:
    """Return Linux's syncfs(2), which Python does not offer; None on other systems."""
    return getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
