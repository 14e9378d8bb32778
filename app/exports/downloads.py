"""Files that are written while they are sent."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing, nullcontext
from itertools import chain

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.exports.content import Content

CHUNK = 64 * 1024
CERTIFICATE_HEADER = "Eigenlabel-Certificate"


class Download(StreamingResponse):
    """A file called `filename` of `parts`, each made when the one before is sent.

    The first is made here, so that what fails at once is an error and no broken download. Where the client
    goes away, the generator is closed with whatever it holds.
    """

    def __init__(
        self,
        parts: Generator[bytes],
        media_type: str,
        filename: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._parts, first = parts, next(parts, b"")
        about = {"Content-Disposition": f'attachment; filename="{filename}"'}
        super().__init__(chain([first], parts), media_type=media_type, headers=about | dict(headers or {}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await run_in_threadpool(self._parts.close)


def download(content: Content, media_type: str, filename: str, certified: str | None = None) -> Download:
    """Return `content` as a download, sent in chunks of some tens of kilobytes.

    What is `certified` of its labels is said in a header too.
    """
    headers = {CERTIFICATE_HEADER: certified} if certified is not None else {}
    return Download(in_chunks(content.parts), media_type, filename, headers)


def in_chunks(parts: Iterable[str] | Iterable[bytes]) -> Generator[bytes]:
    """Yield `parts` joined to chunks of at least 64 KiB: each costs the server a thread switch.

    A generator of parts is closed with this one.
    """
    waiting: list[bytes] = []
    size = 0
    with closing(parts) if isinstance(parts, Generator) else nullcontext():
        for part in parts:
            waiting.append(part.encode() if isinstance(part, str) else part)
            size += len(waiting[-1])
            if size >= CHUNK:
                yield b"".join(waiting)
                waiting, size = [], 0
    yield b"".join(waiting)
