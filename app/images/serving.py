"""Sending image bytes to browsers: cached for good, and inert whatever the file holds."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, StreamingResponse

from app.core.models import Image
from app.core.problems import not_found
from app.core.storage import get_storage
from app.images import stored_renditions
from app.images.byte_ranges import UnsatisfiableRangeError, requested_range
from app.images.remaking import make
from app.images.stored_renditions import Shown

HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def _headers(etag: str) -> dict[str, str]:
    return HEADERS | {"ETag": f'"{etag}"'}


def _known(request: Request, etag: str) -> Response | None:
    """Return 304 where the browser has the file already: what is called by its hash never changes."""
    if f'"{etag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=_headers(etag))
    return None


async def content_response(request: Request, image: Image) -> Response:
    """Return the image in full size: as it was sent or, where browsers cannot show that, its copy.

    404 without a file.
    """
    return await run_in_threadpool(_sent, request, await _whole(image))


async def display_response(request: Request, image: Image) -> Response:
    """Return the image at the size to label by: its display rendition, or the whole where that is light."""
    choice = await run_in_threadpool(stored_renditions.display, image)
    if choice is None:
        choice = await _whole(image)
        if choice is not None and not await run_in_threadpool(stored_renditions.is_light, image, choice):
            await _make(image, display=True)
            choice = await run_in_threadpool(stored_renditions.display, image) or choice
    return await run_in_threadpool(_sent, request, choice)


async def thumbnail_response(request: Request, image: Image) -> Response:
    """Return the image's thumbnail; 404 without one."""
    found = await run_in_threadpool(stored_renditions.thumbnail, image)
    if found is None:
        await _make(image, display=False)
        found = await run_in_threadpool(stored_renditions.thumbnail, image, made=True)
    if found is None:
        raise not_found("file")
    etag, content = found
    return _known(request, etag) or Response(content, headers=_headers(etag), media_type="image/webp")


async def _whole(image: Image) -> Shown | None:
    choice = await run_in_threadpool(stored_renditions.whole, image)
    if choice is None:
        await _make(image, display=False)
        choice = await run_in_threadpool(stored_renditions.whole, image, made=True)
    return choice


async def _make(image: Image, *, display: bool) -> None:
    with suppress(FileNotFoundError):  # what is looked for afterwards tells it
        await make(image.sha256, display=display)


def _sent(request: Request, choice: Shown | None) -> Response:
    if choice is None:
        raise not_found("file")
    if known := _known(request, choice.etag):
        return known
    try:
        path = get_storage().file(choice.key)
        return _remote(request, choice) if path is None else _local(path, choice)
    except FileNotFoundError as error:
        raise not_found("file") from error


def _local(path: Path, choice: Shown) -> Response:
    """Return the file, or the ranges of it that are asked for; FileNotFoundError without one."""
    return FileResponse(
        path,
        headers=_headers(choice.etag),
        media_type=choice.media_type,
        filename=choice.filename,
        content_disposition_type="inline",
        stat_result=path.stat(),
    )


def _remote(request: Request, choice: Shown) -> Response:
    """Return the blob, or the range of it that is asked for; FileNotFoundError without one."""
    storage, headers, wanted = get_storage(), _headers(choice.etag), None
    headers |= {"Accept-Ranges": "bytes", "Content-Disposition": _inline(choice.filename or "image")}
    if "range" in request.headers:
        size = storage.sizes([choice.key]).get(choice.key)
        if size is None:
            raise FileNotFoundError(choice.key)
        try:
            wanted = requested_range(request, size, headers["ETag"])
        except UnsatisfiableRangeError:
            return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    blob = storage.open(choice.key, *(wanted or ()))
    start, stop = wanted or (0, blob.size)
    headers["Content-Length"] = str(stop - start)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{blob.size}"
    status = 200 if wanted is None else 206
    return StreamingResponse(blob.pieces, status, headers=headers, media_type=choice.media_type)


def _inline(filename: str) -> str:
    """Return a Content-Disposition as Starlette's FileResponse writes it."""
    quoted = quote(filename)
    name = f'filename="{filename}"' if quoted == filename else f"filename*=utf-8''{quoted}"
    return f"inline; {name}"
