"""Which blob shows an image: the file as it was sent, a copy, or a rendition, as far as they are stored."""

from dataclasses import dataclass

from app.core.models import Image
from app.core.storage import get_storage
from app.core.storage.keys import (
    DISPLAY_PIXELS,
    RENDERING,
    display_key,
    earlier_thumbnail_key,
    earlier_whole_key,
    image_key,
    thumbnail_key,
    whole_key,
)
from app.images.decode import MEDIA_TYPES

LIGHT_BYTES = 300_000
"""What has no more bytes than this, and no more pixels than a display rendition, is sent whole."""


@dataclass(frozen=True)
class Shown:
    """A blob that shows an image, and what browsers are told of it."""

    key: str
    etag: str
    media_type: str
    filename: str | None = None


def whole(image: Image, *, made: bool = False) -> Shown | None:
    """Return the blob that is the image in full size.

    None where copies of the present rendering have to be made first, to tell; once they are `made`, or cannot
    be, what there is, and None for nothing.
    """
    sha256, media_type, name = image.sha256, MEDIA_TYPES.get(image.format), image.filename
    copy = Shown(whole_key(sha256), f"{sha256}-whole-{RENDERING}", "image/jpeg", name)
    earlier = Shown(earlier_whole_key(sha256), f"{sha256}-display", "image/jpeg", name)
    sent = Shown(image_key(sha256), sha256, media_type or "", name)
    stored = get_storage().sizes([copy.key, earlier.key, sent.key, thumbnail_key(sha256)])
    if copy.key in stored:
        return copy
    told = thumbnail_key(sha256) in stored
    if not told and not made:
        return None
    choices = [sent] if told else [earlier, sent]
    return next((each for each in choices if each.key in stored and each.media_type), None)


def display(image: Image) -> Shown | None:
    """Return the display rendition, None where it is not stored."""
    sha256 = image.sha256
    shown = Shown(display_key(sha256), f"{sha256}-display-{RENDERING}", "image/jpeg", image.filename)
    return shown if get_storage().exists(shown.key) else None


def is_light(image: Image, shown: Shown) -> bool:
    """Return whether the whole image is no more to send than its display rendition would be."""
    if max(image.width, image.height) > DISPLAY_PIXELS:
        return False
    return get_storage().sizes([shown.key]).get(shown.key, 0) <= LIGHT_BYTES


def thumbnail(image: Image, *, made: bool = False) -> tuple[str, bytes] | None:
    """Return the ETag and the bytes of the thumbnail; None where it has to be `made` first, or is lost."""
    sha256, storage = image.sha256, get_storage()
    try:
        return f"{sha256}-thumbnail-{RENDERING}", storage.read(thumbnail_key(sha256))
    except FileNotFoundError:
        if not made:
            return None
    try:
        return f"{sha256}-thumbnail", storage.read(earlier_thumbnail_key(sha256))
    except FileNotFoundError:
        return None
