"""Files of the build that lie there compressed as well: `app.js.br` and `app.js.gz` beside `app.js`."""

import mimetypes
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.compression import accepted
from app.core.root_path import route_path

CODINGS = {"br": ".br", "gzip": ".gz"}
"""The better ones first."""


def compressed_files(directory: Path) -> dict[str, list[str]]:
    """Return the codings in which each path of a build is there, by paths such as `/app.js`."""
    found: dict[str, list[str]] = {}
    for coding, suffix in CODINGS.items():
        for path in sorted(directory.rglob(f"*{suffix}")):
            plain = path.with_suffix("")
            if plain.is_file():
                found.setdefault(f"/{plain.relative_to(directory).as_posix()}", []).append(coding)
    return found


class Precompressed:
    """Send the compressed file where the client takes one."""

    def __init__(self, app: ASGIApp, directory: Path) -> None:
        self.app, self.files = app, compressed_files(directory)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route_path(scope) if scope["type"] == "http" else ""
        if path not in self.files or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        taken = accepted(Headers(scope=scope))
        coding = next((coding for coding in self.files[path] if coding in taken), None)

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Accept-Encoding")
                if coding is not None and message["status"] == 200:
                    headers["Content-Encoding"] = coding
                    headers["Content-Type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
            await send(message)

        if coding is not None:  # a range would be one of the compressed bytes
            kept = [each for each in scope["headers"] if each[0] not in {b"range", b"if-range"}]
            scope = {**scope, "path": scope["path"] + CODINGS[coding], "headers": kept}
        await self.app(scope, receive, send_marked)
