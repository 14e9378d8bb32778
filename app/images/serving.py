"""Sending image bytes to browsers: cached for good, and inert whatever the file holds."""

from fastapi import Request, Response
from fastapi.responses import FileResponse

from app.core.models import Image
from app.core.storage import get_storage
from app.errors import not_found
from app.images.blobs import display_key, image_key, thumbnail_key
from app.images.decode import MEDIA_TYPES

HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def _headers(request: Request, etag: str) -> tuple[dict[str, str], bool]:
    """Return (the headers, whether the browser has the file already)."""
    quoted = f'"{etag}"'
    known = request.headers.get("if-none-match", "")
    return HEADERS | {"ETag": quoted}, quoted in known


def content_response(request: Request, image: Image) -> Response:
    """Return the image as it was sent or, where browsers cannot show that, its copy; 404 without a file."""
    storage, copy = get_storage(), display_key(image.sha256)
    copied = storage.exists(copy)
    headers, known = _headers(request, f"{image.sha256}-display" if copied else image.sha256)
    if known:
        return Response(status_code=304, headers=headers)
    media_type = "image/jpeg" if copied else MEDIA_TYPES.get(image.format)
    key = copy if copied else image_key(image.sha256)
    if media_type is None or not storage.exists(key):
        raise not_found("file")
    return FileResponse(
        storage.local_path(key),
        headers=headers,
        media_type=media_type,
        filename=image.filename,
        content_disposition_type="inline",
    )


def thumbnail_response(request: Request, image: Image) -> Response:
    """Return the image's thumbnail; 404 without one."""
    headers, known = _headers(request, f"{image.sha256}-thumbnail")
    if known:
        return Response(status_code=304, headers=headers)
    try:
        content = get_storage().read(thumbnail_key(image.sha256))
    except FileNotFoundError as error:
        raise not_found("file") from error
    return Response(content, headers=headers, media_type="image/webp")
