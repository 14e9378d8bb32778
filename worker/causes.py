"""Why work stopped, told from the exception: what may help differs."""

from typing import Literal

from app.core.disk import is_full
from ml.errors import PausedError, UnusableInputError

Cause = Literal["input", "memory", "disk", "paused", "fault"]
EXHAUSTED = ("OutOfMemoryError", "DefaultCPUAllocator: can't allocate memory")


def cause_of(error: BaseException) -> Cause:
    """Return what stopped the work: its input, a lack of memory or of room on a disk, a wish, or a fault."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, UnusableInputError):
        return "input"
    if isinstance(error, PausedError):
        return "paused"
    if isinstance(error, MemoryError) or any(words in said for words in EXHAUSTED):
        return "memory"
    if is_full(error):
        return "disk"
    return "fault"
