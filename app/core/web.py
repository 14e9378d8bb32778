"""What surrounds every request: allowed hosts, security headers and bounds on sizes."""

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.config import get_settings
from app.core.headers import SECURITY_HEADERS
from app.core.observation import Observation
from app.core.root_path import RootPath, route_path
from app.errors import problem_response

JSON_BODY_BYTES = 8 * 1024 * 1024
HEADER_BYTES = 32 * 1024


def _host_name(host: str) -> str:
    """Return the name in a `Host` header without its port; brackets of an IPv6 address stay."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


class HostGuard:
    """Answer 400 to a foreign `Host`, which a page on another site could send by DNS rebinding.

    `open_paths` answer under any name: they ask for a token that no page can know.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: list[str], open_paths: set[str]) -> None:
        self.app, self.allowed = app, {host.lower() for host in allowed_hosts}
        self.open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "*" not in self.allowed and route_path(scope) not in self.open_paths:
            hosts = Headers(scope=scope).getlist("host")
            if len(hosts) != 1 or _host_name(hosts[0]).lower() not in self.allowed:
                response: Response = problem_response(400, "This host name is not served here.", [], {})
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)


class SecurityHeaders:
    """Set each security header that the handler did not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyTooLarge(Exception):  # noqa: N818  (it never leaves this module)
    """The body went over the limit while it was read."""


class SizeLimit:
    """Answer 431 to headers over the limit, and 413 to a body over it.

    That is the upload's limit for multipart, and a few megabytes for anything else.
    """

    def __init__(self, app: ASGIApp, upload_bytes: int) -> None:
        self.app, self.upload_bytes = app, upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            await problem_response(431, "The headers are too large.", [], {})(scope, receive, send)
            return
        headers = Headers(scope=scope)
        multipart = headers.get("content-type", "").startswith("multipart/form-data")
        limit, read, started = self.upload_bytes if multipart else JSON_BODY_BYTES, 0, False

        async def limited_receive() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise BodyTooLarge
            return message

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            length = headers.get("content-length", "")
            if length.isdecimal() and int(length) > limit:
                raise BodyTooLarge
            await self.app(scope, limited_receive, watched_send)
        except BodyTooLarge:
            if not started:
                response = problem_response(413, f"The body is larger than {limit} bytes.", [], {})
                await response(scope, receive, send)


def install(application: FastAPI) -> None:
    """Wrap `application`; the last one added is the outermost."""
    settings = get_settings()
    application.add_middleware(SizeLimit, upload_bytes=settings.max_upload_bytes)
    open_paths = {"/metrics"} if settings.metrics_token.get_secret_value() else set()
    application.add_middleware(HostGuard, allowed_hosts=settings.allowed_hosts, open_paths=open_paths)
    application.add_middleware(SecurityHeaders)
    application.add_middleware(Observation)
    application.add_middleware(RootPath, root_path=settings.root_path)
