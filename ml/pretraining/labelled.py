"""The labelled images that a pretraining is measured by: a fixed sample, no larger than the run bears."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.config import TorchvisionSource
from ml.messages import FilesSource, ImageFile, PretrainRequest
from ml.pretraining.classes import class_names
from ml.pretraining.sources import PathImages, open_source

MOST_IMAGES, FEWEST_IMAGES = 2000, 200
SHARE = 0.1
"""How many images all measurements together may embed, of those that the run trains on."""
IMAGES_A_CLASS = 20
SEED = 0


@dataclass(frozen=True)
class Sample:
    """Images with the `classes` int64[N] of each, from 0; `of` says whether they are of target or source."""

    images: list[ImageFile]
    classes: NDArray[np.int64]
    of: str


def sample_size(drawn: int, measurements: int) -> int:
    """Return how many images are measured by, in a run that trains on `drawn` ones."""
    return min(MOST_IMAGES, max(FEWEST_IMAGES, int(SHARE * drawn / measurements)))


def sample_for(request: PretrainRequest, most: int) -> Sample | None:
    """Return at most `most` images that `request` tells the classes of, None where it does not."""
    samples = (sample_of(labelled, most, name) for labelled, name in labelled_images(request))
    return next((sample for sample in samples if sample is not None), None)


def labelled_images(request: PretrainRequest) -> Iterator[tuple[FilesSource, str]]:
    """Yield the images whose classes are known, with whose they are: the target's, then the source's."""
    if request.labelled is not None:
        yield request.labelled, "target"
    if request.source is None or isinstance(request.source, TorchvisionSource):
        return
    images = open_source(request.source, request.cache_directory)
    names = class_names(request.source, images)
    if names is not None and isinstance(images, PathImages):
        yield FilesSource(paths=list(images.paths), classes=names), "source"


def sample_of(labelled: FilesSource, most: int, name: str) -> Sample | None:
    """Return at most `most` of the `labelled` images, always the same ones.

    They are of classes with two images or more, of no more than leaves IMAGES_A_CLASS for each. None where
    there are fewer than two.
    """
    generator = np.random.default_rng(SEED)
    _, classes, sizes = np.unique(labelled.classes or [], return_inverse=True, return_counts=True)
    usable = generator.permutation(np.flatnonzero(sizes > 1))[: max(2, most // IMAGES_A_CLASS)]
    if len(usable) < 2:
        return None
    rows = np.sort(generator.permutation(np.flatnonzero(np.isin(classes, usable)))[:most])
    images = [
        ImageFile(id=str(number), sha256="", path=labelled.paths[row]) for number, row in enumerate(rows)
    ]
    return Sample(images, np.unique(classes[rows], return_inverse=True)[1].astype(np.int64), name)
