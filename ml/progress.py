"""Progress of long work, as a callback."""

from collections.abc import Callable

Progress = Callable[[float, str, str], None]
"""Called with (fraction done in [0, 1], phase, message); it may raise to stop the work."""


def no_progress(fraction: float, phase: str, message: str) -> None:
    """Ignore progress."""


def within(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress callback whose [0, 1] covers [start, end] of `progress`."""

    def scaled(fraction: float, phase: str, message: str) -> None:
        progress(start + (end - start) * min(max(fraction, 0.0), 1.0), phase, message)

    return scaled
