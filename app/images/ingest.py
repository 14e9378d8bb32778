"""From files to images: read, look whether they are known, decode, copy, store the blobs.

Rows come later (`records.py`), a transaction for each batch: by then its blobs are durable.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Annotated, Any

import structlog
from pydantic import AliasChoices, Field

from app.core.config import get_settings
from app.core.storage import Putter, get_storage
from app.core.storage.keys import image_key, thumbnail_key, whole_key
from app.images.decode import UnreadableImageError
from app.images.guarded import decoders
from app.images.names import base_name, relative_path

BATCH = 250
BATCH_SECONDS = 1.0
RUN_FILES = 16
RUN_BYTES = 4 * 1024**2
CORES = os.cpu_count() or 1
# one run a core is read and decoded at a time, for decoded images are large, while others are being stored
THREADS = CORES + 2
_decoding = threading.BoundedSemaphore(CORES)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that may be an image. `read` returns its bytes, or raises UnreadableImageError or OSError.

    `name` is its path below what is imported. `label` is the name of its category, where one is known.
    """

    name: str
    read: Callable[[], bytes]
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An image that the project has already."""

    path: str
    sha256: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image whose blobs are in storage and whose row is still to be written."""

    path: str
    sha256: str
    format: str
    width: int
    height: int
    bytes: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is no usable image, and why."""

    path: Annotated[str, Field(validation_alias=AliasChoices("path", "filename"))]  # older checkpoints
    reason: str

    @property
    def filename(self) -> str:
        """Return the last part of the path."""
        return base_name(self.path)


Outcome = Prepared | Known | Refused
Lookup = Callable[[Collection[str]], Collection[str]]


def prepare_batches(
    entries: Iterable[Entry], lookup: Lookup, size: int = BATCH
) -> Iterator[Sequence[Outcome]]:
    """Yield what became of `entries`, in order: up to `size` at a time, or what a second brought.

    `lookup` returns which of some sha256 the project has; those are not decoded again. The blobs of a batch
    are durable when it is yielded, and the next one is being prepared meanwhile.
    """
    numbered = enumerate(entries)
    with (
        ThreadPoolExecutor(THREADS, thread_name_prefix="ingest") as pool,
        ThreadPoolExecutor(1, thread_name_prefix="ingest-ahead") as ahead,
    ):

        def prepare() -> list[Outcome]:
            return _prepare_batch(pool, islice(numbered, size), lookup)

        coming = ahead.submit(prepare)
        while batch := coming.result():
            coming = ahead.submit(prepare)
            yield batch


def _prepare_batch(
    pool: ThreadPoolExecutor, numbered: Iterator[tuple[int, Entry]], lookup: Lookup
) -> list[Outcome]:
    with get_storage().together() as storage:
        batch = _Batch(numbered, lookup, storage)
        workers = [pool.submit(batch.work) for _ in range(THREADS)]
        wait(workers)
        found = [pair for worker in workers for pair in worker.result()]
    return [outcome for _, outcome in sorted(found, key=itemgetter(0))]


class _Batch:
    """Numbered entries that many threads take from, a run at a time, until none is left or time is up."""

    def __init__(self, numbered: Iterator[tuple[int, Entry]], lookup: Lookup, storage: Putter) -> None:
        self._numbered = numbered
        self._lookup = lookup
        self._storage = storage
        self._taking = threading.Lock()
        self._ends = time.monotonic() + BATCH_SECONDS

    def work(self) -> list[tuple[int, Outcome]]:
        """Return what became of the entries that this thread took: one run at least, where there are any."""
        done: list[tuple[int, Outcome]] = []
        while True:
            with _decoding:
                run = self._next_run()
                outcomes, blobs = _prepare_run([file for _, file in run], self._lookup)
            for key, content in blobs.items():  # also those that another project has: time must not tell
                self._storage.put(key, content)
            done += [(number, outcome) for (number, _), outcome in zip(run, outcomes, strict=True)]
            if not run or time.monotonic() > self._ends:
                return done

    def _next_run(self) -> list[tuple[int, "_File | Refused"]]:
        """Read entries until they are many or large."""
        run: list[tuple[int, _File | Refused]] = []
        room = RUN_BYTES
        while len(run) < RUN_FILES and room > 0:
            with self._taking:
                number, entry = next(self._numbered, (-1, None))
            if entry is None:
                break
            file = _read(entry)
            run.append((number, file))
            room -= len(file.content) if isinstance(file, _File) else 0
        return run


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was read."""

    path: str
    content: bytes
    sha256: str
    label: str | None


def _read(entry: Entry) -> _File | Refused:
    path = relative_path(entry.name)
    try:
        content = entry.read()
    except UnreadableImageError as error:
        return Refused(path, str(error))
    except Exception as error:  # unpackers raise whatever they stumble over
        log.warning("ingest.unreadable", error=f"{type(error).__name__}: {error}")
        return Refused(path, "The file cannot be read.")
    limit = get_settings().max_file_bytes
    if len(content) > limit:
        return Refused(path, f"The file is larger than {limit // 1024**2} MiB.")
    return _File(path, content, hashlib.sha256(content).hexdigest(), entry.label)


def _prepare_run(files: Sequence[_File | Refused], lookup: Lookup) -> tuple[list[Outcome], dict[str, bytes]]:
    """Return what the rows of the images will say, or why there is none, and the blobs by key."""
    known = _with_blobs(lookup({file.sha256 for file in files if isinstance(file, _File)}))
    new = [file for file in files if isinstance(file, _File) and file.sha256 not in known]
    blobs: dict[str, bytes] = {}
    decoded = iter(_decoded(new, blobs))
    outcomes: list[Outcome] = []
    for file in files:
        if isinstance(file, Refused):
            outcomes.append(file)
        elif file.sha256 in known:
            outcomes.append(Known(file.path, file.sha256, file.label))
        else:
            outcomes.append(next(decoded))
    return outcomes, blobs


def _with_blobs(hashes: Collection[str]) -> set[str]:
    """Return those of `hashes` whose image and thumbnail are in storage."""
    kinds = (image_key, thumbnail_key)
    stored = get_storage().sizes([key(sha256) for sha256 in hashes for key in kinds])
    return {sha256 for sha256 in hashes if all(key(sha256) in stored for key in kinds)}


def _decoded(files: Sequence[_File], blobs: dict[str, bytes]) -> list[Prepared | Refused]:
    """Return what the rows of the images will say, their blobs added to `blobs`."""
    settings = get_settings()
    limits = {"max_pixels": settings.max_image_pixels, "thumbnail_pixels": settings.thumbnail_pixels}
    answers = decoders.decode([file.content for file in files], limits)
    return [_prepared(file, *answer, blobs) for file, answer in zip(files, answers, strict=True)]


def _prepared(
    file: _File, facts: dict[str, Any], copies: Sequence[bytes], blobs: dict[str, bytes]
) -> Prepared | Refused:
    if "refused" in facts:
        return Refused(file.path, facts["refused"])
    keys = (thumbnail_key(file.sha256), whole_key(file.sha256))
    blobs |= {image_key(file.sha256): file.content} | dict(zip(keys, copies, strict=False))
    size = len(file.content)
    return Prepared(
        file.path, file.sha256, facts["format"], facts["width"], facts["height"], size, file.label
    )
