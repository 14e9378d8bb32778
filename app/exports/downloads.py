"""Files that are written while they are sent."""

from collections.abc import Iterable, Iterator

from fastapi.responses import StreamingResponse

from app.exports.content import Content

CHUNK = 64 * 1024
CERTIFICATE_HEADER = "Eigenlabel-Certificate"


def download(
    content: Content, media_type: str, filename: str, certified: str | None = None
) -> StreamingResponse:
    """Return `content` as a download, sent in chunks of some tens of kilobytes.

    What is `certified` of its labels is said in a header too.
    """
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'} | content.headers
    if certified is not None:
        headers[CERTIFICATE_HEADER] = certified
    return StreamingResponse(in_chunks(content.parts), media_type=media_type, headers=headers)


def in_chunks(parts: Iterable[str] | Iterable[bytes]) -> Iterator[bytes]:
    """Yield `parts` joined to chunks of at least 64 KiB: each costs the server a thread switch."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part.encode() if isinstance(part, str) else part)
        size += len(waiting[-1])
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)
