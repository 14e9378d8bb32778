"""What is kept of every request: its id, how long it took, and a log line where it failed or was slow."""

import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core import request_id
from app.core.instruments import REQUEST_SECONDS

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SLOW_SECONDS = 1.0
log = structlog.get_logger()


class Observation:
    """Gives every request an id, which the answer names too, and times it until its answer begins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own_id = request_id.begin(Headers(scope=scope).get(request_id.HEADER, ""))
        started, answered = time.perf_counter(), False

        async def send_with_id(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                MutableHeaders(scope=message)[request_id.HEADER] = own_id
                observe(scope, message["status"], time.perf_counter() - started)
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:  # whatever it is goes on to the handler outside, which answers with 500
            if not answered:
                observe(scope, 500, time.perf_counter() - started)
            raise


def observe(scope: Scope, status: int, seconds: float) -> None:
    """Record one answer under its route's template; a path can hold ids and secrets, and is not kept."""
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = route_template(scope)
    REQUEST_SECONDS.labels(method, route, str(status)).observe(seconds)
    if status >= 400 or seconds >= SLOW_SECONDS:
        tell = log.warning if status >= 500 else log.info
        tell("request", method=method, route=route, status=status, seconds=round(seconds, 3))


def route_template(scope: Scope) -> str:
    """Return the path of the route that answered, with its parameters in braces, or "other"."""
    matched = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(matched, "path", None) or "other"
