"""Sending image bytes to browsers: cached for good, and inert whatever the file holds."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from app.core.models import Image
from app.core.storage import get_storage
from app.errors import not_found
from app.images.blobs import display_key, image_key, thumbnail_key
from app.images.byte_ranges import UnsatisfiableRangeError, requested_range
from app.images.decode import MEDIA_TYPES

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


def content_response(request: Request, image: Image) -> Response:
    """Return the image as it was sent or, where browsers cannot show that, its copy; 404 without a file."""
    copy, media_type = f"{image.sha256}-display", MEDIA_TYPES.get(image.format)
    if known := _known(request, image.sha256) or _known(request, copy):
        return known
    choices = [Choice(display_key(image.sha256), copy, "image/jpeg", image.filename)]
    if media_type is not None:
        choices.append(Choice(image_key(image.sha256), image.sha256, media_type, image.filename))
    for choice in choices:
        with suppress(FileNotFoundError):
            path = get_storage().file(choice.key)
            return _remote(request, choice) if path is None else _local(path, choice)
    raise not_found("file")


@dataclass(frozen=True)
class Choice:
    """A blob that shows an image, and what browsers are told of it."""

    key: str
    etag: str
    media_type: str
    filename: str


def _local(path: Path, choice: Choice) -> Response:
    """Return the file, or the ranges of it that are asked for; FileNotFoundError without one."""
    return FileResponse(
        path,
        headers=_headers(choice.etag),
        media_type=choice.media_type,
        filename=choice.filename,
        content_disposition_type="inline",
        stat_result=path.stat(),
    )


def _remote(request: Request, choice: Choice) -> Response:
    """Return the blob, or the range of it that is asked for; FileNotFoundError without one."""
    storage, headers, wanted = get_storage(), _headers(choice.etag), None
    headers |= {"Accept-Ranges": "bytes", "Content-Disposition": _inline(choice.filename)}
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


def thumbnail_response(request: Request, image: Image) -> Response:
    """Return the image's thumbnail; 404 without one."""
    etag = f"{image.sha256}-thumbnail"
    if known := _known(request, etag):
        return known
    try:
        content = get_storage().read(thumbnail_key(image.sha256))
    except FileNotFoundError as error:
        raise not_found("file") from error
    return Response(content, headers=_headers(etag), media_type="image/webp")
