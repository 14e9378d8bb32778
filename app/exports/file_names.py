"""Names of folders and files in a zip of images: those people gave, made safe to unpack on every system.

None leads out of the folder, and no two are one file on a system that knows no case.
"""

import hashlib
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from pathlib import PurePosixPath

import numpy as np

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
FOLDERS_AT_ONCE = 1000
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


class ImageNames:
    """Names of images in a zip: the image's path below the folder that it goes into.

    An image is called by its hash where another one has the same path or lies below it, and where the path is
    too long for some system. So every image is added before the first name is asked for; eight bytes are held
    of each, and of each folder.
    """

    def __init__(self) -> None:
        self._files, self._folders = array("Q"), array("Q")
        self._lately: set[str] = set()
        self._distinct = 0

    def add(self, image: ExportedImage, folder: str) -> None:
        """Count an image that goes into `folder`."""
        name = _wanted(image, folder)
        self._files.append(_digest(name))
        above = name.rpartition("/")[0]
        if above in self._lately:
            return
        if len(self._lately) == FOLDERS_AT_ONCE:
            self._lately.clear()
            self._hold_each_folder_once()
        self._lately.add(above)
        self._folders.extend(_digest(str(each)) for each in PurePosixPath(name).parents)

    def _hold_each_folder_once(self) -> None:
        if len(self._folders) > 2 * self._distinct:
            self._folders = array("Q", np.unique(np.array(self._folders)).tobytes())
            self._distinct = len(self._folders)

    def of(self, image: ExportedImage, folder: str) -> str:
        """Return the name of an image that was added."""
        name = _wanted(image, folder)
        return name if _fits(name) and not self._is_taken(name) else f"{folder}/{_hashed(image)}"

    def _is_taken(self, name: str) -> bool:
        digest = _digest(name)
        place = bisect_left(self._taken, digest)
        return place < len(self._taken) and self._taken[place] == digest

    @cached_property
    def _taken(self) -> "array[int]":
        """The digests of names that two images have, or an image and a folder, in order."""
        files = np.sort(np.array(self._files))
        twice = files[1:][files[1:] == files[:-1]]
        return array("Q", np.union1d(twice, np.intersect1d(files, np.array(self._folders))).tobytes())


def _wanted(image: ExportedImage, folder: str) -> str:
    return f"{folder}/{_safe_path(image)}"


def _digest(name: str) -> int:
    """Return 64 bits of what a name is on a system that knows no case; names that share them count as one."""
    return int.from_bytes(hashlib.blake2b(_folded(name).encode(), digest_size=8).digest(), "little")


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
    return short and not any(map(_HASH.fullmatch, parts))


def _cleaned(part: str, longest: int) -> str:
    """Return a part of a name that every file system takes."""
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", part))
    name = _EDGES.sub("", _EDGES.sub("", safe)[:longest])
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def _folded(name: str) -> str:
    """Return what two names share that are one file on a system that knows no case."""
    return unicodedata.normalize("NFKC", name).casefold()
