"""Bad input at the command line: one line on standard error, status 2."""

import sys

import typer

BAD_INPUT = 2
INTERRUPTED = 130


class InputError(Exception):
    """Something given on the command line cannot be used; the message is one line that says what and why."""


def exit_status(application: typer.Typer) -> int:
    """Run the command line and return its exit status."""
    try:
        status = application(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:
        reason = _reason(error)
        if reason is None:
            raise
        if reason:  # a bare `eigenlabel` has printed its help already
            print(f"eigenlabel: {reason}", file=sys.stderr)  # noqa: T201  (what the command line says)
        return BAD_INPUT
    return status if isinstance(status, int) else 0


def _reason(error: Exception) -> str | None:
    """Return one line for an error that is the caller's to mend, None for one that is ours."""
    if isinstance(error, InputError):
        return str(error)
    if hasattr(error, "format_message"):  # typer brings a click of its own; its errors have this
        return str(error.format_message()).replace("\n", " ")
    from pydantic import ValidationError  # noqa: PLC0415  (slow imports, needed only once something is wrong)
    from pydantic_settings.exceptions import SettingsError  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError, OperationalError  # noqa: PLC0415

    from app.core.problems import Problem  # noqa: PLC0415
    from app.core.storage import StorageUnavailableError  # noqa: PLC0415

    if isinstance(error, Problem | SettingsError | StorageUnavailableError):
        return str(error)
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        if error.title == "Settings" and name:
            name = f"EIGENLABEL_{first['loc'][0]}".upper()
        return ": ".join(filter(None, [name, first["msg"].removeprefix("Value error, ")]))
    reason: str | None = None
    if isinstance(error, ArgumentError):
        reason = "EIGENLABEL_DATABASE_URL is not the address of a database."
    if isinstance(error, OperationalError):
        reason = f"The database cannot be used ({error.orig}). Has `eigenlabel migrate` been run?"
    return reason
