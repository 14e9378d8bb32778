"""Whether this process can do its work: `/live` looks at nothing outside it, `/ready` at all it needs."""

from collections.abc import Callable
from typing import Literal

import structlog
from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from app.core.database import get_engine, read_connection
from app.core.storage import StorageUnavailableError, get_storage
from app.jobs.kinds import queue_of
from app.metrics.reading import read
from migrations.upgrade import at_head

WAITED_FOR = ("cpu", "gpu")
LONG_SECONDS = 60.0
router = APIRouter(tags=["health"])
log = structlog.get_logger()


class Live(BaseModel):
    status: Literal["live"] = "live"


class Ready(BaseModel):
    """`checks` says of each thing needed whether it works, `problems` what is wrong with what does not.

    `warnings` names queues whose jobs no worker takes: people can label meanwhile, and are sent here.
    """

    status: Literal["ready", "not_ready"]
    checks: dict[str, bool]
    problems: dict[str, str] = {}
    warnings: dict[str, str] = {}


def check_database() -> bool:
    """Return True; raises where the database does not answer."""
    with read_connection() as connection:
        return bool(connection.execute(text("SELECT 1")).scalar_one())


def check_migrations() -> bool:
    """Return whether the database has the newest schema."""
    return at_head(get_engine())


def check_storage() -> bool:
    """Return True; raises where blobs cannot be written."""
    get_storage().check()
    return True


CHECKS: dict[str, Callable[[], bool]] = {
    "database": check_database,
    "migrations": check_migrations,
    "storage": check_storage,
}
PROBLEMS = {
    "database": "The database does not answer.",
    "migrations": "The database lacks the newest schema: run `eigenlabel migrate`.",
    "storage": "Blobs cannot be written.",
}


def _problem(name: str, check: Callable[[], bool]) -> str:
    """Return what is wrong, with its cause where that holds no secret; empty where nothing is."""
    try:
        return "" if check() else PROBLEMS[name]
    except Exception as error:
        cause = _cause(error)
        log.warning("ready.failed", check=name, error=type(error).__name__, cause=cause)
        return f"{PROBLEMS[name]} {cause}".strip()


def _cause(error: Exception) -> str:
    if isinstance(error, StorageUnavailableError):
        return str(error)
    return f"{error.strerror}." if isinstance(error, OSError) and error.strerror else ""


@router.get("/live")
def live() -> Live:
    """Return that the process answers."""
    return Live()


@router.get("/ready", responses={503: {"model": Ready}})
def ready(response: Response) -> Ready:
    """Return whether database, migrations and storage are usable; 503 where one is not.

    The queue is not asked: without it, people go on labelling, and jobs wait. Nor are workers: a proxy that
    took the api away would stop people as well.
    """
    problems = {name: _problem(name, check) for name, check in CHECKS.items()}
    checks = {name: not problem for name, problem in problems.items()}
    if not all(checks.values()):
        response.status_code = 503
        told = {name: problem for name, problem in problems.items() if problem}
        return Ready(status="not_ready", checks=checks, problems=told)
    return Ready(status="ready", checks=checks, warnings=_without_worker())


def _without_worker() -> dict[str, str]:
    """Return the queues that people wait for and whose jobs wait though none of them runs."""
    reading = read()
    busy = {queue_of(kind) for kind in reading.running}
    return {
        queue: f"No worker takes the jobs of {queue}: one has waited for {seconds:.0f} s."
        for queue, seconds in sorted(reading.longest_wait.items())
        if queue in WAITED_FOR and queue not in busy and seconds > LONG_SECONDS
    }
