"""Serving the built browser application below the root path, under a policy that knows its inline scripts."""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.config import get_settings
from app.core.root_path import route_path
from app.precompressed import Precompressed

STATIC = Path(__file__).parent / "static"
IMMUTABLE = "/_app/immutable/"
ROOT_PATH = "/-root-path-"
"""What the built page has where the root path belongs (frontend/svelte.config.js)."""
CONDITIONAL = {b"if-none-match", b"if-modified-since", b"if-range", b"range"}
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


class Page:
    """The built page for one root path, with its policy and the tag that browsers compare it by."""

    def __init__(self, built: str, root_path: str) -> None:
        text = built.replace(ROOT_PATH, root_path)
        self.content, self.policy = text.encode(), page_policy(text)
        self.tag = f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    def headers(self) -> dict[str, str]:
        """Return the headers of an answer with this page, or of one that says it has not changed."""
        return {"Cache-Control": "no-cache", "Content-Security-Policy": self.policy, "ETag": self.tag}

    def response(self, request: Headers) -> Response:
        """Return the page, or 304 to a browser that has it."""
        if self.tag in request.get("if-none-match", ""):
            return Response(status_code=304, headers=self.headers())
        return HTMLResponse(self.content, headers=self.headers())


class Frontend:
    """Send the page for this root path instead of the built one, and say how long files may be kept.

    Hashed files stay in the cache for a year; for everything else the browser asks whether there is news.
    """

    def __init__(self, app: ASGIApp, page: Page) -> None:
        self.app, self.page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or route_path(scope).startswith("/api/"):
            await self.app(scope, receive, send)
            return
        request, replaced = Headers(raw=list(scope["headers"])), False
        if "text/html" in request.get("accept", ""):  # the built page's own tag and ranges mean nothing
            scope["headers"] = [each for each in scope["headers"] if each[0] not in CONDITIONAL]

        async def send_or_replace(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] in {200, 304}:
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    replaced = True
                    await self.page.response(request)(scope, receive, send)
                elif route_path(scope).startswith(IMMUTABLE):
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                elif not headers.get("content-type", "").startswith("application/json"):
                    headers["Cache-Control"] = "no-cache"
            if not replaced:
                await send(message)

        await self.app(scope, receive, send_or_replace)


def install(application: FastAPI, directory: Path = STATIC) -> None:
    """Serve the build in `directory` on every path that nothing else answers, or say that it is missing."""
    index, root_path = directory / "index.html", get_settings().root_path
    if index.is_file():
        application.frontend("/", directory=directory, fallback="index.html", check_dir=False)
        application.add_middleware(Precompressed, directory=directory)
        application.add_middleware(Frontend, page=Page(index.read_text(), root_path))
        return

    @application.get("/", include_in_schema=False)
    def not_built() -> HTMLResponse:
        return HTMLResponse(NOT_BUILT.replace("/api/", f"{root_path}/api/"))
