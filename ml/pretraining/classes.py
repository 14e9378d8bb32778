"""The classes of labelled sources: the folder that an image lies in, or what is said of each."""

from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from ml.errors import UnusableInputError
from ml.images.dataset import ARCHIVE_SEPARATOR
from ml.messages import FilesSource, ImageSource
from ml.pretraining.sources import ImageSet, PathImages


def class_names(source: ImageSource, images: ImageSet) -> list[str] | None:
    """Return the name of the class of each of `images`, None where `source` does not tell."""
    if isinstance(source, FilesSource):
        return source.classes
    if not isinstance(images, PathImages):
        return None
    return [PurePosixPath(path.rpartition(ARCHIVE_SEPARATOR)[2]).parent.name for path in images.paths]


def image_classes(source: ImageSource, images: ImageSet) -> NDArray[np.int64]:
    """Return the class of each of `images`, int64[N] from 0 in the order of the classes' names.

    Raises UnusableInputError where `source` tells no classes, or fewer than two.
    """
    names = class_names(source, images)
    if names is None:
        raise UnusableInputError("supervised pretraining needs a source with a folder for each class")
    found, classes = np.unique(names, return_inverse=True)
    if len(found) < 2:
        raise UnusableInputError(
            "supervised pretraining needs a folder for each class, and the source has its images in one"
        )
    return classes.astype(np.int64)
