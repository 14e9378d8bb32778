"""Serving the built browser application, under a Content-Security-Policy that knows its inline scripts."""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"
IMMUTABLE = "/_app/immutable/"
NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Eigenlabel</title>
<h1>Eigenlabel is running</h1>
<p>Its browser application has not been built. Run <code>make setup</code> and start the service again.</p>
<p>The API is described at <a href="/api/openapi.json">/api/openapi.json</a>.</p>
</html>
"""


class InlineCode(HTMLParser):
    """Collects the text of the inline `<script>` and `<style>` elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.code: dict[str, list[str]] = {"script": [], "style": []}
        self._inside: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.code and "src" not in dict(attrs):
            self._inside = tag
            self.code[tag].append("")

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self.code[self._inside][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None


def code_hash(code: str) -> str:
    """Return the source expression that allows exactly this inline code."""
    digest = hashlib.sha256(code.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def page_policy(page: str) -> str:
    """Return the Content-Security-Policy of a built page: this service only, and its own inline code."""
    inline = InlineCode(page).code
    allowed = {tag: " ".join(["'self'", *map(code_hash, codes)]) for tag, codes in inline.items()}
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src {allowed['script']}",
            f"style-src {allowed['style']}",
            "img-src 'self' blob: data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class FrontendHeaders:
    """Give pages their policy, hashed files a year in the cache, and everything else a check for news."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app, self.policy = app, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in {200, 304}:
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith(IMMUTABLE):
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                elif not headers.get("content-type", "").startswith("application/json"):
                    headers["Cache-Control"] = "no-cache"
                # a 304 names no type, and its headers replace those of the page that the browser kept
                if message["status"] == 304 or headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = self.policy
            await send(message)

        await self.app(scope, receive, send_with_headers)


def install(application: FastAPI, directory: Path = STATIC) -> None:
    """Serve the build in `directory` on every path that nothing else answers, or say that it is missing."""
    index = directory / "index.html"
    if index.is_file():
        application.frontend("/", directory=directory, fallback="index.html", check_dir=False)
        application.add_middleware(FrontendHeaders, policy=page_policy(index.read_text()))
        return

    @application.get("/", include_in_schema=False)
    def not_built() -> HTMLResponse:
        return HTMLResponse(NOT_BUILT)
