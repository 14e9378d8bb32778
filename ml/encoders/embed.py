"""Embedding: from image files to pooled features, through the feature cache."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.encoders.backbone import Encoder, Preparation, open_encoder
from ml.encoders.digest_index import Digests, digests_of
from ml.encoders.feature_cache import FeatureCache
from ml.encoders.folding import folded
from ml.encoders.pooling import pooled_width
from ml.features.precision import as_float32
from ml.features.vectors import l2_normalised
from ml.images.dataset import picture_size
from ml.images.decoding import decoded_batches
from ml.images.files.formats import UNDECODABLE
from ml.images.sizes import PHOTO_SIZE, SIZES, require_size
from ml.messages import EncoderFile, ImageFile
from ml.progress import Progress
from ml.runtime import choose_device, mixed_precision

# On a CPU a batch is fastest while its activations stay in the caches: about 2^18 pixels of input.
CPU_BATCH_PIXELS = 2**18
GPU_BATCH_PIXELS = 2**23
STORE_EVERY_SECONDS = 2.0
SIZE_SAMPLE = 64


@dataclass(frozen=True)
class Embedding:
    """`features` float32[N, D], pooled and not normalised; rows of `unreadable` bool[N] images are zero.

    `computed` counts the images that were not in the cache; `seconds` is the time that it all took.
    """

    features: NDArray[np.float32]
    unreadable: NDArray[np.bool_]
    image_size: int
    computed: int
    seconds: float

    @cached_property
    def normalised(self) -> NDArray[np.float32]:
        """Return the features, L2-normalised, float32[N, D]; computed once."""
        return l2_normalised(self.features)

    def readable(self, count: int) -> NDArray[np.float32]:
        """Return the features of the readable images among the first `count`."""
        return self.features[:count][~self.unreadable[:count]]

    @property
    def images_per_second(self) -> float | None:
        """Return how many images were computed a second, or None when all were cached."""
        return round(self.computed / self.seconds, 1) if self.computed else None


@dataclass(frozen=True)
class Embedded:
    """What an `encoder` made of images; the same for every step while the encoder stays frozen."""

    encoder: Encoder
    embedding: Embedding


def choose_image_size(encoder: Encoder, wanted: int | None, images: list[ImageFile]) -> int:
    """Return the pixels a side that the encoder is shown.

    A fixed or stated size wins, then the one that the network was made for; otherwise it follows the median
    shorter side of a sample of `images`. Raises UnusableInputError where the stated size is not the fixed.
    """
    if encoder.arguments is not None:
        require_size(encoder.architecture, encoder.fixed_image_size, wanted)
    stated = encoder.fixed_image_size or wanted or encoder.native_image_size
    if stated is not None:
        return stated
    sides = []
    for image in sorted(images, key=lambda image: image.sha256)[:SIZE_SAMPLE]:
        try:
            sides.append(min(picture_size(image.path)))
        except UNDECODABLE:
            continue
    median = float(np.median(sides)) if sides else np.inf
    return next((size for side, size in SIZES if median <= side), PHOTO_SIZE)


def batch_size(image_size: int, device: torch.device) -> int:
    """Return how many images go through the network at once."""
    pixels = CPU_BATCH_PIXELS if device.type == "cpu" else GPU_BATCH_PIXELS
    return max(1, pixels // image_size**2)


def compute_features(
    encoder: Preparation, network: nn.Module, images: list[ImageFile], size: int, progress: Progress
) -> Iterator[tuple[list[ImageFile], NDArray[np.float32]]]:
    """Yield (images, their pooled features float32[B, D]) batch by batch; undecodable images are left out.

    They are prepared as `encoder` says. Raises UnusableInputError where the network does not give one row of
    features an image of this `size`.
    """
    device = choose_device()
    pooled_width(network.cpu(), size)  # says so where the network cannot be used like this
    probe = encoder.normalised(torch.zeros(1, 3, size, size))
    fast = folded(network, probe).to(device)
    done, count = 0, batch_size(size, device)
    for readable, pixels in decoded_batches(images, size, count, encoder.framing):
        if readable:
            # Always a whole batch: for a smaller one other kernels are taken, which round otherwise, and what
            # a model sees would depend on where an earlier run was interrupted.
            rows = np.arange(count) % len(pixels)
            batch = torch.from_numpy(np.stack(pixels)[rows]).to(device).permute(0, 3, 1, 2)
            with torch.inference_mode(), mixed_precision(device):
                pooled = fast(encoder.normalised(batch))[: len(readable)]
            yield readable, pooled.float().cpu().numpy()
        done = min(done + count, len(images))
        progress(done / len(images), "embedding", f"{done:,} of {len(images):,} images")


def fill_cache(
    encoder: Encoder, images: list[ImageFile], size: int, cache: FeatureCache, progress: Progress
) -> None:
    """Put the features of `images` into `cache`, every few seconds, so that a killed run loses little.

    One that `progress` ends by raising loses nothing.
    """
    stored_at = time.monotonic()
    done: list[ImageFile] = []
    rows: list[NDArray[np.float32]] = []
    try:
        for readable, pooled in compute_features(encoder, encoder.network(), images, size, progress):
            done += readable
            rows.append(pooled)
            if time.monotonic() - stored_at > STORE_EVERY_SECONDS:
                cache.append(digests_by(done), np.concatenate(rows))
                done, rows, stored_at = [], [], time.monotonic()
    finally:
        if rows:
            cache.append(digests_by(done), np.concatenate(rows))


def digests_by(images: list[ImageFile]) -> Digests:
    """Return uint8[N, 32], the sha256 of `images`."""
    return digests_of(image.sha256 for image in images)


def embed_images(
    encoder: Encoder, images: list[ImageFile], size: int, cache_directory: Path, progress: Progress
) -> Embedding:
    """Return the features of `images`, computing only those that the cache in `cache_directory` lacks."""
    started = time.perf_counter()
    cache = FeatureCache(cache_directory, encoder.sha256, size)
    digests = digests_by(images)
    missing = cache.missing(digests)
    if len(missing):
        fill_cache(encoder, [images[row] for row in missing], size, cache, progress)
    rows = cache.find(digests)
    unreadable = rows < 0
    stored = as_float32(cache.stored[rows[~unreadable]])
    features = np.zeros((len(images), stored.shape[1] or encoder.feature_dim), dtype=np.float32)
    features[~unreadable] = stored
    return Embedding(features, unreadable, size, len(missing), time.perf_counter() - started)


def embed_collection(
    encoder: EncoderFile, pool: list[ImageFile], test: list[ImageFile], cache: Path, progress: Progress
) -> Embedded:
    """Return the features of the images of `pool`, then `test`, at the size that the pool asks for."""
    opened = open_encoder(encoder, cache)
    size = choose_image_size(opened, encoder.spec.image_size, pool)
    return Embedded(opened, embed_images(opened, pool + test, size, cache, progress))
