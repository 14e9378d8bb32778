"""Image folders: a zip with one folder a category, which torchvision and Hugging Face read as it is.

No name in it comes from a user unchanged: files are called by their hash, folders by a cleaned category name.
"""

import re
import unicodedata
from collections.abc import Iterable

from zipstream import ZipStream

from app.exports.archives import add_blob, new_archive
from app.exports.schemas import ExportedImage
from app.exports.tables import csv_lines

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


def folder_archive(images: list[ExportedImage], categories: Iterable[str], *, with_truth: bool) -> ZipStream:
    """Return the archive of the labelled `images`: `train/<category>/<hash>.<ext>` and `labels.csv`."""
    archive, folders = new_archive(), folder_names(categories)
    stored = [image for image in images if _add(archive, image, folders)]
    archive.add("".join(csv_lines(stored, with_truth=with_truth)), "labels.csv")
    return archive


def _add(archive: ZipStream, image: ExportedImage, folders: dict[str, str]) -> bool:
    if image.label is None or image.label.category is None:
        return False
    extension = EXTENSIONS.get(image.format.upper(), re.sub(r"[^a-z0-9]", "", image.format.lower()))
    split = "train" if image.split == "pool" else "test"
    name = f"{split}/{folders[image.label.category]}/{image.sha256}.{extension}"
    return add_blob(archive, f"images/{image.sha256[:2]}/{image.sha256}", name)
