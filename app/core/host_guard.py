"""Who may be asked for: a foreign `Host` is refused, with what would allow it."""

from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.host_names import EVERY_HOST, host_name, is_host_name, is_loopback
from app.core.problems import problem_response
from app.core.root_path import route_path

VARIABLE = "EIGENLABEL_ALLOWED_HOSTS"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Eigenlabel: {title}</title>
<h1>{title}</h1>
<p>{detail}</p>
</html>
"""


class HostGuard:
    """Answer 400 to a foreign `Host`, which a page on another site could send by DNS rebinding.

    This machine's own names are never foreign. `open_paths` answer under any name: they ask for a token that
    no page can know.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: list[str], open_paths: set[str]) -> None:
        self.app, self.allowed, self.open_paths = app, allowed_hosts, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or route_path(scope) in self.open_paths or EVERY_HOST in self.allowed:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        name = host_name(hosts[0]) if len(hosts) == 1 else ""
        if name in self.allowed or is_loopback(name):
            await self.app(scope, receive, send)
            return
        await self._refusal(name, headers)(scope, receive, send)

    def _refusal(self, name: str, headers: Headers) -> Response:
        title = "This host name is not served here"
        detail = "The request names no host, or more than one."
        if is_host_name(name):
            wanted = ",".join([*(each for each in self.allowed if not is_loopback(each)), name])
            detail = (
                f"The service was asked for as {name}. If that is a name of this machine, start the service "
                f"with {VARIABLE}={wanted} and try again."
            )
        if "text/html" in headers.get("accept", ""):
            return HTMLResponse(PAGE.format(title=title, detail=escape(detail)), 400)
        return problem_response(400, f"{title}. {detail}", [], {})
