"""Embedding ahead: the features of images that have just come, before a step asks for them."""

import contextlib
import time

from ml.encoders.backbone import open_encoder
from ml.encoders.embed import choose_image_size, fill_cache
from ml.encoders.feature_cache import FeatureCache
from ml.messages import EmbedRequest, EmbedResult
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


def embed_ahead(request: EmbedRequest, progress: Progress) -> EmbedResult:
    """Put features into the cache that a step on the same images would compute, for some seconds of work.

    Raises UnusableInputError where the encoder cannot be used on them.
    """
    encoder = open_encoder(request.encoder, request.cache_directory)
    size = choose_image_size(encoder, request.encoder.spec.image_size, request.pool)
    cache = FeatureCache(request.cache_directory, encoder.sha256, size)
    first_of = {image.sha256: image for image in reversed(request.pool + request.test)}
    known = set(request.unreadable)
    ordered = [image.sha256 for image in request.pool + request.test]
    missing = [digest for digest in cache.missing(ordered) if digest not in known]
    limited = Limited(progress, request.seconds)
    if missing:
        with contextlib.suppress(TimeIsUpError):
            fill_cache(encoder, [first_of[each] for each in missing], size, cache, limited)
    tried = missing[: round(limited.done * len(missing))]
    without = cache.missing(tried)
    return EmbedResult(embedded=len(tried) - len(without), left=len(missing) - len(tried), unreadable=without)
