"""Where images lie in storage: by their sha256, so that the same image is stored once for all projects."""

from collections.abc import Iterable

from sqlalchemy import select

from app.core.database import advisory_lock, write_session
from app.core.models import Image
from app.core.storage import get_storage

CHUNK = 200
RENDERING = 2
"""The version of the rule by which renditions are made (`ml/images/files`); a new one has new keys."""
DISPLAY_PIXELS = 1600
BLOBS_LOCK = 2026_01
"""Shared by those who add rows of images whose blobs are there, held alone by those who remove blobs."""


def image_key(sha256: str) -> str:
    """Return the storage key of an image."""
    return f"images/{sha256[:2]}/{sha256}"


def thumbnail_key(sha256: str) -> str:
    """Return the storage key of an image's thumbnail."""
    return f"thumbnails/{sha256[:2]}/{sha256}.{RENDERING}.webp"


def whole_key(sha256: str) -> str:
    """Return the storage key of the copy in full size for browsers, which only some images need."""
    return f"displays/{sha256[:2]}/{sha256}.{RENDERING}.jpg"


def display_key(sha256: str) -> str:
    """Return the storage key of the rendition to label by, made when it is first asked for."""
    return f"displays/{sha256[:2]}/{sha256}.{RENDERING}-{DISPLAY_PIXELS}.jpg"


def earlier_thumbnail_key(sha256: str) -> str:
    """Return where the first rendering put an image's thumbnail."""
    return f"thumbnails/{sha256[:2]}/{sha256}.webp"


def earlier_whole_key(sha256: str) -> str:
    """Return where the first rendering put an image's copy for browsers."""
    return f"displays/{sha256[:2]}/{sha256}.jpg"


RENDITION_KEYS = (thumbnail_key, whole_key, display_key, earlier_thumbnail_key, earlier_whole_key)
"""All that may be stored of an image beside itself; each can be made again."""


def remove_blobs(hashes: Iterable[str], prefixes: Iterable[str] = ()) -> None:
    """Remove the images that no row of any project names any more, and everything below `prefixes`.

    Called after the rows are gone. Each look and its removals are one write transaction: an upload of the
    same image checks its blobs inside its own, so that the two cannot slip past each other.
    """
    storage = get_storage()
    for prefix in prefixes:
        storage.delete(prefix)
    waiting = sorted(hashes)
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        with write_session() as session:
            advisory_lock(session.connection(), BLOBS_LOCK)
            used = set(session.scalars(select(Image.sha256).where(Image.sha256.in_(chunk))))
            unused = [sha256 for sha256 in chunk if sha256 not in used]
            for key in (image_key, *RENDITION_KEYS):  # who adds a row looks for the image itself
                storage.delete_all(map(key, unused))
