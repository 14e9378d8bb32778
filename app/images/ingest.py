"""From a file to an image: decode, copy, store the blobs. The database comes later (`records.py`)."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import structlog

from app.core.config import get_settings
from app.core.storage import get_storage
from app.images.blobs import display_key, image_key, thumbnail_key
from app.images.decode import UnreadableImageError, decode
from app.images.names import base_name
from app.images.renditions import display_copy, thumbnail

BATCH = 100
# one image a core is decoded at a time, for decoded images are large; many threads wait for the disk at once,
# which then makes their files durable together
STORING_THREADS = 16
_decoding = threading.BoundedSemaphore(os.cpu_count() or 1)
log = structlog.get_logger()


@dataclass(frozen=True)
class Entry:
    """A file that may be an image. `read` returns its bytes, or raises UnreadableImageError or OSError.

    `name` may be a path; only its last part is kept. `label` is the name of its category, where one is known.
    """

    name: str
    read: Callable[[], bytes]
    label: str | None = None


@dataclass(frozen=True)
class Prepared:
    """An image whose blobs are in storage and whose row is still to be written."""

    filename: str
    sha256: str
    format: str
    width: int
    height: int
    bytes: int
    keys: tuple[str, ...]
    label: str | None = None


@dataclass(frozen=True)
class Refused:
    """A file that is no usable image, and why."""

    filename: str
    reason: str


def prepare(entry: Entry) -> Prepared | Refused:
    """Decode one file and store its blobs; returns what its row will say, or why there is none."""
    filename = base_name(entry.name)
    try:
        with _decoding:
            prepared, blobs = _read(entry, filename)
    except UnreadableImageError as error:
        return Refused(filename, str(error))
    except OSError as error:
        log.warning("ingest.unreadable", error=str(error))
        return Refused(filename, "The file cannot be read.")
    put_missing(blobs)
    return prepared


def _read(entry: Entry, filename: str) -> tuple[Prepared, dict[str, bytes]]:
    """Return what the image's row will say, and its blobs by key."""
    settings, content = get_settings(), entry.read()
    if len(content) > settings.max_file_bytes:
        raise UnreadableImageError(f"The file is larger than {settings.max_file_bytes // 1024**2} MiB.")
    decoded = decode(content, settings.max_image_pixels)
    sha256 = hashlib.sha256(content).hexdigest()
    blobs = {
        image_key(sha256): content,
        thumbnail_key(sha256): thumbnail(decoded.pixels, settings.thumbnail_pixels),
    }
    if not decoded.as_sent:
        blobs[display_key(sha256)] = display_copy(decoded.pixels)
    width, height = decoded.pixels.size
    row = Prepared(filename, sha256, decoded.format, width, height, len(content), tuple(blobs), entry.label)
    return row, blobs


def put_missing(blobs: dict[str, bytes]) -> None:
    """Store those of `blobs` that are not in storage."""
    storage = get_storage()
    for key, content in blobs.items():
        if not storage.exists(key):
            storage.put(key, content)


def prepare_batches(entries: Iterable[Entry], size: int = BATCH) -> Iterator[Sequence[Prepared | Refused]]:
    """Yield what became of `entries`, in order, up to `size` at a time."""
    waiting = iter(entries)
    with ThreadPoolExecutor(STORING_THREADS, thread_name_prefix="ingest") as pool:
        while batch := list(islice(waiting, size)):
            yield list(pool.map(prepare, batch))
