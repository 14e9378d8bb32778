"""The images of a run, decoded, and the batches that its epochs draw from them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ml.config import PretrainConfig
from ml.messages import FilesSource, PretrainRequest
from ml.pretraining.classes import image_classes
from ml.pretraining.methods.method import Amounts, Batch
from ml.pretraining.photos import Pixels, together
from ml.pretraining.pixels import PixelCache
from ml.pretraining.rebalancing import epoch_rows
from ml.pretraining.sources import ImageSet, open_source
from ml.pretraining.world import ALONE, World
from ml.progress import Progress, within


class Images:
    """Source and target images of a run, decoded; rows from `source` on are target images.

    `labels` int64[len(self)] are the classes of the images, None where they are not known.
    """

    def __init__(self, request: PretrainRequest, progress: Progress) -> None:
        config = request.config
        source, target = request.source, FilesSource(paths=request.target)
        wanted = [] if config.mode == "uf" or source is None else [source]
        wanted += [] if config.mode == "vup" else [target]
        opened = [open_source(each, request.cache_directory) for each in wanted]
        classes = image_classes(source, opened[0]) if config.needs_classes() and source is not None else None
        self.caches = decoded(config, opened, request.cache_directory / "pixels", progress)
        self.labels = None if classes is None else classes[self.caches[0].rows]
        self.source = 0 if config.mode == "uf" else len(self.caches[0])
        self.target = len(self) - self.source

    def __len__(self) -> int:
        return sum(map(len, self.caches))

    @property
    def unreadable(self) -> int:
        """Return how many images were left out."""
        return sum(cache.unreadable for cache in self.caches)

    def amounts(self, config: PretrainConfig) -> Amounts:
        """Return what there is of images and classes, as methods want to know it."""
        classes = 0 if self.labels is None else int(self.labels.max()) + 1
        return Amounts(len(self), config.epoch_images(self.source, self.target), classes)

    def read(self, rows: NDArray[np.int64]) -> Batch:
        """Return the images of these rows."""
        read: list[Pixels] = [np.empty(0, dtype=np.uint8)] * len(rows)
        first = 0
        for cache in self.caches:
            (places,) = np.nonzero((rows >= first) & (rows < first + len(cache)))
            for place, pixels in zip(places.tolist(), cache.read(rows[places] - first), strict=True):
                read[place] = pixels
            first += len(cache)
        photos = together(read)
        labels = None if self.labels is None else torch.from_numpy(self.labels[rows])
        return Batch(photos.pixels, torch.from_numpy(rows), labels, photos.sizes)

    def close(self) -> None:
        """End the decoding threads."""
        for cache in self.caches:
            cache.close()


def decoded(
    config: PretrainConfig, opened: list[ImageSet], directory: Path, progress: Progress
) -> list[PixelCache]:
    """Return the caches of `opened`, in that order.

    Those whose images an epoch draws most often have the first of the budget.
    """
    total, done, budget = max(1, sum(map(len, opened))), 0, config.cache_bytes
    caches: dict[int, PixelCache] = {}
    beside = None
    for place in most_drawn_first(config, [len(images) for images in opened]):
        images = opened[place]
        part = within(progress, done / total, (done + len(images)) / total)
        beside = PixelCache(images, config.image_size, budget, directory, part, beside=beside)
        caches[place] = beside
        done, budget = done + len(images), budget - beside.bytes
    return [caches[place] for place in range(len(opened))]


def most_drawn_first(config: PretrainConfig, counts: list[int]) -> list[int]:
    """Return the places in `counts`, of source and target images, by how often an epoch draws an image."""
    if len(counts) == 1:
        return [0]
    source, target = counts
    return [1, 0] if config.target_draws(source, target) >= target else [0, 1]


def batches(
    config: PretrainConfig,
    images: Images,
    device: torch.device,
    first_step: int,
    last_step: int | None = None,
    *,
    world: World = ALONE,
) -> Iterator[tuple[int, Batch]]:
    """Yield (step, images on `device`) from `first_step` to before `last_step`, read one step ahead.

    Without `last_step` they go on to the end of the last epoch. The images are the part of the batch that
    this process of `world` takes.
    """
    per_epoch = config.epoch_images(images.source, images.target) // config.batch_size
    last_step = config.epochs * per_epoch if last_step is None else last_step

    def rows() -> Iterator[NDArray[np.int64]]:
        order, epoch = np.zeros(0, dtype=np.int64), -1
        for step in range(first_step, last_step):
            if epoch != step // per_epoch:
                epoch = step // per_epoch
                order = epoch_rows(config, images.source, images.target, epoch)
            place = step % per_epoch * config.batch_size
            yield order[place : place + config.batch_size][world.part(config.batch_size)]

    with ThreadPoolExecutor(1, thread_name_prefix="batches") as reader:
        ahead = None
        for step, chosen in enumerate(rows(), first_step - 1):
            coming = reader.submit(images.read, chosen)
            if ahead is not None:
                yield step, ahead.result().to(device)
            ahead = coming
        if ahead is not None:
            yield last_step - 1, ahead.result().to(device)
