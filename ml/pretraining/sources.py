"""Image sets without labels: a folder, a zip, what an installed package carries, torchvision, given paths."""

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from PIL import Image

from ml.config import DatasetSource, FolderSource, TorchvisionSource, ZipSource
from ml.datasets.downloads import download_failure
from ml.encoders import torchvision_operators
from ml.errors import UnusableInputError
from ml.images import digits
from ml.images.dataset import ARCHIVE_SEPARATOR, open_archive, read_image
from ml.images.files.damage import decoder_errors
from ml.images.files.formats import SUFFIXES
from ml.images.files.reading import to_rgb
from ml.messages import FilesSource, ImageSource, SourceRequest, SourceResult
from ml.pretraining.photos import Pixels, kept_of, kept_side
from ml.progress import Progress

# What torchvision's classes call the part that has most images, where it is not `train=True`.
TRAINING_PARTS: dict[str, dict[str, Any]] = {
    "STL10": {"split": "unlabeled"},
    "OxfordIIITPet": {"split": "trainval"},
    "FGVCAircraft": {"split": "trainval"},
    "SVHN": {"split": "train"},
    "DTD": {"split": "train"},
    "Food101": {"split": "train"},
    "Flowers102": {"split": "test"},
    "EuroSAT": {},
    "Caltech101": {},
    "SUN397": {},
}


class ImageSet(Protocol):
    """A fixed sequence of images."""

    def __len__(self) -> int:
        """Return how many images there are."""
        ...

    def name(self, index: int) -> str:
        """Return a name that changes when the image does, as far as that can be told without reading it."""
        ...

    def pixels(self, index: int, size: int) -> Pixels:
        """Return what is kept of an image for views of `size` pixels: uint8[H, W, 3].

        Raises one of UNDECODABLE (ml.images.files.formats) for none.
        """
        ...


class PathImages:
    """Files, or members of zips (`archive.zip::member`)."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def name(self, index: int) -> str:
        path = self.paths[index]
        if ARCHIVE_SEPARATOR in path:
            archive, _, member = path.partition(ARCHIVE_SEPARATOR)
            return f"{path} {open_archive(archive).getinfo(member).CRC}"
        try:
            status = Path(path).stat()
        except OSError:
            return path
        return f"{path} {status.st_size} {status.st_mtime_ns}"

    def pixels(self, index: int, size: int) -> Pixels:
        return kept_of(read_image(self.paths[index], kept_side(size)), size)


class TorchvisionImages:
    """A data set of torchvision's, downloaded below `root` where it is not there yet."""

    def __init__(self, dataset: str, root: Path) -> None:
        torchvision_operators.declare_missing()
        from torchvision import datasets  # noqa: PLC0415  (slow, and only this kind of source needs it)

        arguments = TRAINING_PARTS.get(dataset, {"train": True})
        root.mkdir(parents=True, exist_ok=True)
        try:
            self._images: Any = getattr(datasets, dataset)(root=str(root), download=True, **arguments)
        except Exception as error:
            raise UnusableInputError(download_failure(dataset, error)) from error
        self._dataset = dataset

    def __len__(self) -> int:
        return len(self._images)

    def name(self, index: int) -> str:
        return f"{self._dataset} {len(self)} {index}"

    def pixels(self, index: int, size: int) -> Pixels:
        with decoder_errors():
            image: Image.Image = self._images[index][0]
        return kept_of(to_rgb(image), size)


def open_source(source: ImageSource, cache_directory: Path) -> ImageSet:
    """Return the images of `source`, in a fixed order; UnusableInputError where it cannot be read."""
    match source:
        case FilesSource():
            return PathImages(source.paths)
        case FolderSource():
            return PathImages(folder_images(Path(source.path)))
        case ZipSource():
            return PathImages(archive_images(source.path, source.folder))
        case DatasetSource():
            return PathImages(folder_images(digits.digit_images(source.name, cache_directory / source.name)))
        case TorchvisionSource():
            return TorchvisionImages(source.name, cache_directory / "torchvision")


def folder_images(directory: Path) -> list[str]:
    """Return the paths of the images below `directory`, sorted."""
    if not directory.is_dir():
        raise UnusableInputError(f"{directory} is not a folder that can be read")
    return sorted(
        str(Path(folder) / name)
        for folder, _, names in os.walk(directory)
        for name in names
        if PurePosixPath(name).suffix.lower() in SUFFIXES
    )


def archive_images(archive: str, folder: str) -> list[str]:
    """Return `archive::member` of the images below `folder` of a zip, sorted."""
    base = PurePosixPath(folder.strip("/"))
    members = (PurePosixPath(name) for name in open_archive(archive).namelist())
    return sorted(
        f"{archive}{ARCHIVE_SEPARATOR}{member}"
        for member in members
        if member.suffix.lower() in SUFFIXES and member.is_relative_to(base)
    )


def count_images(request: SourceRequest, progress: Progress) -> SourceResult:
    """Return how many images the source has; UnusableInputError where it cannot be read or has none."""
    progress(0.0, "reading", "looking for images")
    images = len(open_source(request.source, request.cache_directory))
    if not images:
        raise UnusableInputError("there are no images there")
    progress(1.0, "done", f"{images:,} images")
    return SourceResult(images=images)
