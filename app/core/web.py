"""What surrounds every request: proxies, allowed hosts, security headers and bounds on sizes."""

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.compression import Compression
from app.core.config import get_settings
from app.core.forwarded import ForwardedHeaders
from app.core.headers import SECURITY_HEADERS
from app.core.host_guard import HostGuard
from app.core.observation import Observation
from app.core.problems import problem_response
from app.core.root_path import RootPath

JSON_BODY_BYTES = 8 * 1024 * 1024
HEADER_BYTES = 32 * 1024


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
    application.add_middleware(Compression)
    application.add_middleware(SizeLimit, upload_bytes=settings.max_upload_bytes)
    open_paths = {"/metrics"} if settings.metrics_token.get_secret_value() else set()
    application.add_middleware(HostGuard, allowed_hosts=settings.served_hosts, open_paths=open_paths)
    application.add_middleware(SecurityHeaders)
    application.add_middleware(Observation)
    application.add_middleware(RootPath, root_path=settings.root_path)
    application.add_middleware(ForwardedHeaders, proxies=settings.trusted_proxies)
