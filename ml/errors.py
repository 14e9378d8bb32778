"""The exceptions that this package raises on purpose."""


class UnusableInputError(ValueError):
    """Something the caller gave cannot be used; the message is one line that says what and why."""


class PausedError(Exception):
    """The work was asked to stop for now; what it has done so far is in a checkpoint, where it keeps any."""


def first_line(error: Exception) -> str:
    """Return the first line of what `error` says, or its name where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
