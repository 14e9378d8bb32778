"""Answers as gzip, for clients that take it.

Only whole answers that are JSON or a page, to GET and to the POST that hands out images: event streams,
exports sent piece by piece, images and ranges pass as they are. What the length of a compressed answer tells
of it (BREACH) is kept harmless: secrets are answered to the other POST alone, and the session's cookie goes
with no other site's request but a visit.
"""

import gzip
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TYPES = {"application/json", "application/problem+json", "text/html"}
SMALLEST = 1000
LEVEL = 5
HANDED_OUT = ("/leases", "/pages")
"""How the paths end whose POST answers with images to label, audit or review: most of what a page fetches."""
_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")


def accepted(headers: Headers) -> set[str]:
    """Return the content codings that a request names and does not refuse, in lower case."""
    named = ",".join(headers.getlist("accept-encoding")).lower().split(",")
    return {coding.partition(";")[0].strip() for coding in named if not _REFUSED.search(coding)}


class Compression:
    """Send whole answers of some size, in words, as gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _without_secrets(scope):
            await self.app(scope, receive, send)
            return
        wanted = "gzip" in accepted(Headers(scope=scope))
        start: Message | None = None

        async def send_compressed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _in_words(Headers(raw=message["headers"])):
                start = message  # until the body shows whether it comes whole
                return
            if start is not None:
                held, start = start, None
                message = _compressed(held, message, wanted)
                await send(held)
            await send(message)

        await self.app(scope, receive, send_compressed)


def _without_secrets(scope: Scope) -> bool:
    posted: bool = scope["method"] == "POST" and scope["path"].endswith(HANDED_OUT)
    return posted or scope["method"] == "GET"


def _in_words(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip()
    return kind in TYPES and "content-encoding" not in headers


def _compressed(start: Message, body: Message, wanted: bool) -> Message:
    """Return the `body` to send, and change the headers of `start` accordingly."""
    headers, content = MutableHeaders(raw=start["headers"]), body.get("body", b"")
    if body.get("more_body") or len(content) < SMALLEST or start["status"] == 206:
        return body
    headers.add_vary_header("Accept-Encoding")
    if not wanted:
        return body
    packed = gzip.compress(content, LEVEL, mtime=0)
    headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(packed))
    if "etag" in headers and not headers["etag"].startswith("W/"):
        headers["ETag"] = f"W/{headers['etag']}"  # these bytes are not those that the tag was made of
    return {**body, "body": packed}
