"""The id that ties a request's answer, its log lines and the jobs that it starts together."""

import re

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from app.core.identifiers import new_id

HEADER = "X-Request-ID"
LONGEST = 64
_SANE = re.compile(rf"[A-Za-z0-9._-]{{8,{LONGEST}}}", re.ASCII)


def begin(given: str) -> str:
    """Start the context of a request and return its id: the one `given` where it is sane, else a new one."""
    request_id = given if _SANE.fullmatch(given) else new_id()
    clear_contextvars()
    bind_contextvars(request_id=request_id)
    return request_id


def current() -> str | None:
    """Return the id of the request that is answered here, or that caused the job that runs here, or None."""
    return get_contextvars().get("request_id")
