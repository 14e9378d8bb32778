"""Which function does which kind of job, as the table of kinds names them (`app/jobs/kinds.py`)."""

from collections.abc import Callable
from importlib import import_module

from app.jobs.kinds import KINDS
from worker.database.claims import Claim
from worker.watchdog import Watchdog

Handler = Callable[[Claim, Watchdog], None]


def _named(handler: str) -> Handler:
    module, function = handler.split(".")
    found: Handler = getattr(import_module(f"worker.jobs.{module}"), function)
    return found


HANDLERS: dict[str, Handler] = {name: _named(kind.handler) for name, kind in KINDS.items()}
"""What each kind of job does: resolve the claim, compute, save."""
