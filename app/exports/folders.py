"""Image folders: a zip with one folder a category, which torchvision and Hugging Face read as it is.

No name in it comes from a user unchanged: files are called by their hash, folders by a cleaned category name.
"""

import re
import unicodedata
from collections.abc import Iterable

from zipstream import ZipStream

from app.exports.archives import add_blobs, new_archive
from app.exports.schemas import ExportedImage
from app.exports.tables import csv_lines
from app.images.blobs import image_key
from app.rounds.newest import TrainedStep

EXTENSIONS = {"JPEG": "jpg", "TIFF": "tif"}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def folder_names(categories: Iterable[str]) -> dict[str, str]:
    """Return a folder name for each category: safe on every system, and distinct whatever the case."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for category in categories:
        base = name = _cleaned(category)
        number = 2
        while name.casefold() in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name.casefold())
        names[category] = name
    return names


def _cleaned(category: str) -> str:
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", category)).strip(". ")[:80]
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def folder_archive(
    images: list[ExportedImage],
    categories: Iterable[str],
    model: TrainedStep | None,
    *,
    with_truth: bool,
) -> ZipStream:
    """Return the archive of the labelled `images`: `train/<category>/<hash>.<ext>` and `labels.csv`."""
    archive, folders = new_archive(), folder_names(categories)
    names = {image_key(image.sha256): _name(image, label, folders) for image, label in _labelled(images)}
    added = add_blobs(archive, names)
    stored = [image for image, _ in _labelled(images) if image_key(image.sha256) in added]
    archive.add("".join(csv_lines(stored, model, with_truth=with_truth)), "labels.csv")
    return archive


def _labelled(images: list[ExportedImage]) -> list[tuple[ExportedImage, str]]:
    """Return the images that have a category, with it."""
    return [(image, image.label.category) for image in images if image.label and image.label.category]


def _name(image: ExportedImage, category: str, folders: dict[str, str]) -> str:
    extension = EXTENSIONS.get(image.format.upper(), re.sub(r"[^a-z0-9]", "", image.format.lower()))
    split = "train" if image.split == "pool" else "test"
    return f"{split}/{folders[category]}/{image.sha256}.{extension}"
