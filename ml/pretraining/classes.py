"""The classes of labelled sources: the folder that an image lies in."""

from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from ml.config import FolderSource, ZipSource
from ml.errors import UnusableInputError
from ml.images.dataset import ARCHIVE_SEPARATOR
from ml.messages import ImageSource
from ml.pretraining.sources import ImageSet, PathImages


def image_classes(source: ImageSource, images: ImageSet) -> NDArray[np.int64]:
    """Return the class of each of `images`, int64[N] from 0 in the order of the folders' names.

    Raises UnusableInputError where `source` is neither a folder nor a zip, or has fewer than two classes.
    """
    if not isinstance(source, FolderSource | ZipSource) or not isinstance(images, PathImages):
        raise UnusableInputError("supervised pretraining needs a source with a folder for each class")
    names = [PurePosixPath(path.rpartition(ARCHIVE_SEPARATOR)[2]).parent.name for path in images.paths]
    found, classes = np.unique(names, return_inverse=True)
    if len(found) < 2:
        raise UnusableInputError(
            "supervised pretraining needs a folder for each class, and the source has its images in one"
        )
    return classes.astype(np.int64)
