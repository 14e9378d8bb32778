"""Whether this process can do its work: `/live` looks at nothing outside it, `/ready` at all it needs."""

from collections.abc import Callable
from typing import Literal

import structlog
from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from app.core.database import get_engine, read_connection
from app.core.storage import get_storage
from migrations.upgrade import at_head

router = APIRouter(tags=["health"])
log = structlog.get_logger()


class Live(BaseModel):
    status: Literal["live"] = "live"


class Ready(BaseModel):
    """`checks` says of each thing needed whether it works, `problems` what is wrong with what does not."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, bool]
    problems: dict[str, str] = {}


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


def _passes(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:
        log.warning("ready.failed", check=name, error=type(error).__name__)
        return False


@router.get("/live")
def live() -> Live:
    """Return that the process answers."""
    return Live()


@router.get("/ready", responses={503: {"model": Ready}})
def ready(response: Response) -> Ready:
    """Return whether database, migrations and storage are usable; 503 where one is not.

    The queue is not asked: without it, people go on labelling, and jobs wait.
    """
    checks = {name: _passes(name, check) for name, check in CHECKS.items()}
    if not all(checks.values()):
        response.status_code = 503
        problems = {name: PROBLEMS[name] for name, passes in checks.items() if not passes}
        return Ready(status="not_ready", checks=checks, problems=problems)
    return Ready(status="ready", checks=checks)
