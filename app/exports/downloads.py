"""Text that is written while it is sent."""

from collections.abc import Iterable, Iterator

from fastapi.responses import StreamingResponse

CHUNK = 64 * 1024


def download(parts: Iterable[str], media_type: str, filename: str) -> StreamingResponse:
    """Return `parts` as a download, sent in chunks of some tens of kilobytes."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingResponse(in_chunks(parts), media_type=media_type, headers=headers)


def in_chunks(parts: Iterable[str]) -> Iterator[str]:
    """Yield `parts` joined to chunks of at least 64 KiB characters: each costs the server a thread switch."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= CHUNK:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)
