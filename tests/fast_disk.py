"""Where tests keep their files: in memory where there is room, as they are gone after the run anyway.

SQLite and the storage of blobs wait for the disk at each commit, and PostgreSQL copies a database a test.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 1024**3  # bytes; all tests together leave less than half of it at any moment


def scratch() -> str:
    """Return the folder below which tests make theirs: the file system in memory, or else the usual one."""
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH
    return str(MEMORY) if usable else tempfile.gettempdir()
