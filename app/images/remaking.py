"""Renditions that are not there: of an earlier version, lost, or asked for the first time.

They are made from the image itself, in the decoding processes (ADR 15), by few threads of their own: whoever
waits for one holds no thread of the other requests.
"""

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from app.core.config import get_settings
from app.core.storage import get_storage
from app.core.storage.keys import (
    DISPLAY_PIXELS,
    display_key,
    earlier_thumbnail_key,
    earlier_whole_key,
    image_key,
    thumbnail_key,
    whole_key,
)
from app.images.guarded import decoders
from app.images.ingest import CORES

AT_ONCE = max(1, CORES // 2)
log = structlog.get_logger()
Key = Callable[[str], str]
_own_limiter: RunVar[CapacityLimiter] = RunVar("limiter of renditions")


async def make(sha256: str, *, display: bool) -> None:
    """Store the display rendition of an image, or else its thumbnail and, where it needs one, the whole copy.

    An image that cannot be decoded any more is left without; FileNotFoundError where its file is gone.
    """
    await to_thread.run_sync(_make, sha256, display, limiter=_limiter())


def _limiter() -> CapacityLimiter:
    """Return the limiter of this event loop."""
    try:
        return _own_limiter.get()
    except LookupError:
        _own_limiter.set(limiter := CapacityLimiter(AT_ONCE))
        return limiter


def _make(sha256: str, display: bool) -> None:
    storage = get_storage()
    keys: Sequence[Key] = (display_key,) if display else (thumbnail_key, whole_key)
    if len(storage.sizes([key(sha256) for key in keys])) == len(keys):
        return  # somebody else, who waited for them before us, made them
    content = storage.read(image_key(sha256))
    facts, copies = decoders.decode([content], _request(display))[0]
    if not copies:
        log.warning("rendition.refused", sha256=sha256, reason=facts.get("refused"))
        return
    with storage.together() as batch:
        for key, copy in zip(reversed(keys[: len(copies)]), reversed(copies), strict=True):
            batch.put(key(sha256), copy)
    if not display:
        storage.delete_all([earlier_thumbnail_key(sha256), earlier_whole_key(sha256)])
    if not storage.exists(image_key(sha256)):  # removed meanwhile: whoever did so may have been here before
        storage.delete_all([key(sha256) for key in keys])


def _request(display: bool) -> dict[str, Any]:
    settings = get_settings()
    if display:
        return {"max_pixels": settings.max_image_pixels, "display_pixels": DISPLAY_PIXELS}
    return {"max_pixels": settings.max_image_pixels, "thumbnail_pixels": settings.thumbnail_pixels}
