"""Names of folders and files in a zip of images: those people gave, made safe to unpack on every system.

None leads out of the folder, and no two are one file on a system that knows no case.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from app.exports.schemas import ExportedImage
from app.exports.tables import inert

EXTENSIONS = {
    "AVIF": ("avif",),
    "BMP": ("bmp",),
    "GIF": ("gif",),
    "HEIF": ("heic", "heif"),
    "JPEG": ("jpg", "jpeg"),
    "PNG": ("png",),
    "TIFF": ("tif", "tiff"),
    "WEBP": ("webp",),
}
"""The extensions by which image libraries know a format, the usual one first."""
LONGEST_FOLDER, LONGEST_PART, LONGEST_NAME = 80, 200, 180
"""Characters of a category's folder, bytes of a part (file systems take 255), and characters of a name."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff/\\:;*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)\s*(\..*)?", re.IGNORECASE)
_READ_AS_MISSING = re.compile(r"[+-]?nan|n/?a|<na>|null|none", re.IGNORECASE)
_EDGES = re.compile(r"^[\s.]+|[\s.]+$")
_HASH = re.compile(r"[0-9a-f]{64}\..*", re.IGNORECASE)


def folder_names(categories: Iterable[str]) -> dict[str, str]:
    """Return a folder name for each category: safe on every system, and distinct whatever the case.

    None reads as a missing value or a formula in a table: the category None is in `_None`.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for category in categories:
        cleaned = _cleaned(category, LONGEST_FOLDER)
        misread = _READ_AS_MISSING.fullmatch(cleaned) or inert(cleaned) != cleaned
        base = name = f"_{cleaned}" if misread else cleaned
        number = 2
        while _folded(name) in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(_folded(name))
        names[category] = name
    return names


def image_names(images: Sequence[tuple[ExportedImage, str]]) -> dict[str, str]:
    """Return a name for each image by its id, of images with the folder that each goes into.

    It is the image's path below that folder. An image is called by its hash where another one has the
    same path or lies below it, and where the path is too long for some system.
    """
    wanted = {image.id: f"{folder}/{_safe_path(image)}" for image, folder in images}
    files = Counter(map(_folded, wanted.values()))
    folders = {_folded(str(folder)) for name in wanted.values() for folder in PurePosixPath(name).parents}

    def usable(name: str) -> bool:
        return files[_folded(name)] == 1 and _folded(name) not in folders and _fits(name)

    return {
        image.id: wanted[image.id] if usable(wanted[image.id]) else f"{folder}/{_hashed(image)}"
        for image, folder in images
    }


def _safe_path(image: ExportedImage) -> str:
    """Return the image's path of safe parts, with an extension that says its format."""
    *folders, last = image.path.split("/")
    known = EXTENSIONS.get(image.format.upper(), ())
    if known and last.rpartition(".")[2].lower() not in known:
        last = f"{last}.{known[0]}"
    return "/".join(_cleaned(part, LONGEST_NAME + 1) for part in [*folders, last])


def _hashed(image: ExportedImage) -> str:
    other = re.sub(r"[^a-z0-9]", "", image.format.lower())
    return f"{image.sha256}.{EXTENSIONS.get(image.format.upper(), (other,))[0]}"


def _fits(name: str) -> bool:
    """Return whether every system takes the name, and no name made of a hash can be the same."""
    parts = name.split("/")
    short = len(name) <= LONGEST_NAME and all(len(part.encode()) <= LONGEST_PART for part in parts)
    return short and not _HASH.fullmatch(parts[-1])


def _cleaned(part: str, longest: int) -> str:
    """Return a part of a name that every file system takes."""
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", part))
    name = _EDGES.sub("", _EDGES.sub("", safe)[:longest])
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def _folded(name: str) -> str:
    """Return what two names share that are one file on a system that knows no case."""
    return unicodedata.normalize("NFKC", name).casefold()
