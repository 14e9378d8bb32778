"""Image collections with known classes: class folders and zips, the bundled digits, public data sets."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from ml.datasets.locations import Use, dataset_at, is_dataset, labelled
from ml.errors import UnusableInputError
from ml.images import digits
from ml.images.dataset import ARCHIVE_SEPARATOR, open_archive, open_file
from ml.images.files.damage import DamagedImageError
from ml.images.files.formats import SUFFIXES
from ml.messages import ImageFile


@dataclass(frozen=True)
class Collection:
    """`classes` holds the class name of each of `images`; their ids are paths within the collection."""

    name: str
    images: list[ImageFile]
    classes: list[str]

    @property
    def categories(self) -> list[str]:
        """Return the class names, sorted."""
        return sorted(set(self.classes))

    def part(self, rows: Sequence[int] | NDArray[np.int64]) -> "Collection":
        """Return the images at `rows` as a collection."""
        return Collection(self.name, [self.images[row] for row in rows], [self.classes[row] for row in rows])

    def truth(self, categories: list[str]) -> list[int]:
        """Return each image's index into `categories`. Raises UnusableInputError for an unknown class."""
        index = {name: position for position, name in enumerate(categories)}
        unknown = sorted(set(self.classes) - set(index))
        if unknown:
            raise UnusableInputError(f"{self.name} has the class {unknown[0]}, which the pool does not have")
        return [index[name] for name in self.classes]


def read_collection(location: str, split: Use, cache_directory: Path) -> Collection:
    """Return the collection at `location`: DIR, `file.zip::FOLDER`, the digits or `dataset:NAME`.

    `split`, pool or test, chooses a part of the last two.
    """
    if is_dataset(location):
        named = dataset_at(location)
        return listed(named.name, labelled(named, split, cache_directory))
    if location == digits.NAME:
        digits.write_digits(cache_directory / digits.NAME)
        return listed(digits.NAME, folder_paths(cache_directory / digits.NAME / split))
    archive, separator, folder = location.partition(ARCHIVE_SEPARATOR)
    if separator or archive.lower().endswith(".zip"):
        return listed(Path(archive).stem, archive_paths(archive, folder))
    return listed(Path(location).name, folder_paths(Path(location)))


def folder_paths(directory: Path) -> list[tuple[str, str]]:
    """Return (class, path) of every image in `directory/<class>/`, sorted."""
    if not directory.is_dir():
        raise UnusableInputError(f"{directory} is not a directory")
    files = sorted(path for path in directory.rglob("*") if path.suffix.lower() in SUFFIXES)
    relative = ((path, path.relative_to(directory).parts) for path in files)
    return [(parts[0], str(path)) for path, parts in relative if len(parts) > 1]


def archive_paths(archive: str, folder: str) -> list[tuple[str, str]]:
    """Return (class, `archive::member`) of every image in `folder/<class>/` of the zip, sorted."""
    base = PurePosixPath(folder)
    members = (PurePosixPath(name) for name in sorted(open_archive(archive).namelist()))
    images = [
        member for member in members if member.suffix.lower() in SUFFIXES and member.is_relative_to(base)
    ]
    parts = ((member, member.relative_to(base).parts) for member in images)
    return [(own[0], f"{archive}{ARCHIVE_SEPARATOR}{member}") for member, own in parts if len(own) > 1]


def listed(name: str, paths: list[tuple[str, str]]) -> Collection:
    """Return a collection of (class, path) pairs, with the sha256 of each image."""
    if not paths:
        raise UnusableInputError(f"{name} has no images in class folders")
    images = [ImageFile(id=path, sha256=sha256_of(path), path=path) for _, path in paths]
    return Collection(name, images, [category for category, _ in paths])


def sha256_of(path: str) -> str:
    """Return the sha256 of a file or a member of a zip in hexadecimal; UnusableInputError for damage."""
    try:
        with open_file(path) as file:
            return hashlib.sha256(file.read()).hexdigest()
    except DamagedImageError as error:
        raise UnusableInputError(f"{path} cannot be read: {error}") from error
