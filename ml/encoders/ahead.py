"""Embedding ahead: the features of images that have just come, before a step asks for them."""

import contextlib
import time
from dataclasses import dataclass

from ml.encoders.backbone import Encoder, open_encoder
from ml.encoders.embed import choose_image_size, digests_by, fill_cache
from ml.encoders.feature_cache import FeatureCache
from ml.messages import EmbedRequest, EmbedResult, ImageFile
from ml.progress import Progress


class TimeIsUpError(Exception):
    """The seconds are over."""


class Limited:
    """A progress callback that raises TimeIsUpError after some seconds; `done` is the fraction until then."""

    def __init__(self, progress: Progress, seconds: float) -> None:
        self.done = 0.0
        self._progress = progress
        self._ends = time.monotonic() + seconds

    def __call__(self, fraction: float, phase: str, message: str) -> None:
        self.done = fraction
        self._progress(fraction, phase, message)
        if time.monotonic() >= self._ends:
            raise TimeIsUpError


@dataclass(frozen=True)
class Piece:
    """What some seconds of embedding did: images `embedded`, those `left`, and the sha256 of `unreadable`.

    `seconds` is the time that it took.
    """

    embedded: int
    left: int
    unreadable: list[str]
    seconds: float


def embed_ahead(request: EmbedRequest, progress: Progress) -> EmbedResult:
    """Put features into the cache that a step on the same images would compute, for some seconds of work.

    Raises UnusableInputError where the encoder cannot be used on them.
    """
    encoder = open_encoder(request.encoder, request.cache_directory)
    size = choose_image_size(encoder, request.encoder.spec.image_size, request.pool)
    cache = FeatureCache(request.cache_directory, encoder.sha256, size)
    known = set(request.unreadable)
    images = [image for image in request.pool + request.test if image.sha256 not in known]
    done = embed_piece(encoder, images, size, cache, Limited(progress, request.seconds))
    return EmbedResult(embedded=done.embedded, left=done.left, unreadable=done.unreadable)


def embed_piece(
    encoder: Encoder, images: list[ImageFile], size: int, cache: FeatureCache, limited: Limited
) -> Piece:
    """Put features of `images` into `cache` until `limited` is over."""
    started = time.perf_counter()
    digests = digests_by(images)
    missing = cache.missing(digests)
    if len(missing):
        with contextlib.suppress(TimeIsUpError):
            fill_cache(encoder, [images[row] for row in missing], size, cache, limited)
    tried = missing[: round(limited.done * len(missing))]
    without = tried[cache.missing(digests[tried])]
    seconds = time.perf_counter() - started
    unreadable = [images[row].sha256 for row in without]
    return Piece(len(tried) - len(without), len(missing) - len(tried), unreadable, seconds)
