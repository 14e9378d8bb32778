"""The path below which browsers reach this service, such as `/labels` behind a proxy that serves others."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_SEGMENTS = {"api", "_app", "live", "ready", "metrics"}
_SHAPE = re.compile(r"(/[A-Za-z0-9._~-]+)+", re.ASCII)


def checked_root_path(path: str) -> str:
    """Return `path` without its last slash; ValueError where no proxy could hand it on unchanged."""
    root = path.rstrip("/")
    segments = root.split("/")[1:]
    if root and (not _SHAPE.fullmatch(root) or {".", ".."} & set(segments)):
        raise ValueError("a root path looks like /labels: a slash, then letters, digits and any of . _ ~ -")
    if segments and segments[0] in OWN_SEGMENTS:
        raise ValueError(
            f"a root path cannot begin with /{segments[0]}, which is a path of the service's own"
        )
    return root


def route_path(scope: Scope) -> str:
    """Return the path of a request below the root path."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


class RootPath:
    """Give every request the path that the browser asked for, whether or not a proxy took the root path off.

    What is asked for without it, as probes on this machine do, is answered too. Redirects of our own are
    relative: the host and port that reach this process may not be the ones in the browser.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app, self.root = app, root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own = f"{scope.get('scheme', 'http')}://{Headers(scope=scope).get('host', '')}/"

        async def send_relative(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("location", "").startswith(own):
                    headers["location"] = headers["location"][len(own) - 1 :]
            await send(message)

        scope.update(self._paths(scope))
        await self.app(scope, receive, send_relative)

    def _paths(self, scope: Scope) -> dict[str, str | bytes]:
        path: str = scope["path"]
        if not self.root or path.startswith(f"{self.root}/"):
            return {"root_path": self.root}
        if path == self.root:
            return {"root_path": self.root, "path": f"{path}/", "raw_path": f"{path}/".encode()}
        raw: bytes = scope.get("raw_path") or path.encode()
        return {"root_path": self.root, "path": self.root + path, "raw_path": self.root.encode() + raw}
