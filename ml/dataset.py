"""Reading images: from files, and from members of a zip in place."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from ml.errors import UnusableInputError

ARCHIVE_SEPARATOR = "::"
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
# What Pillow raises for files that are damaged, of another format or implausibly large.
UNDECODABLE = (OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError)
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"}


@lru_cache(maxsize=8)
def open_archive(path: str) -> zipfile.ZipFile:
    """Return the open zip at `path`; reading members of it is safe from several threads."""
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UnusableInputError(f"{path} cannot be read as a zip file") from error


def open_file(path: str) -> BinaryIO:
    """Return a file, or a member of a zip (`archive.zip::member`), opened for reading."""
    archive, separator, member = path.partition(ARCHIVE_SEPARATOR)
    return io.BytesIO(open_archive(archive).read(member)) if separator else Path(path).open("rb")


@contextmanager
def open_image(path: str) -> Iterator[Image.Image]:
    """Open the image at `path` without decoding it. Raises one of UNDECODABLE when it is not one we read."""
    with open_file(path) as file, Image.open(file, formats=FORMATS) as image:
        yield image


def to_rgb(image: Image.Image) -> Image.Image:
    """Return `image` upright (EXIF) and in RGB; transparent parts become white, 16-bit grey becomes 8-bit."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layered = image.convert("RGBA")
        background = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(background, layered).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def read_image(path: str, shortest_side: int | None = None) -> Image.Image:
    """Return the image at `path` in RGB. Raises one of UNDECODABLE when it cannot be decoded.

    With `shortest_side`, a large JPEG may be decoded at a reduced scale of at least twice that many pixels.
    """
    with open_image(path) as image:
        if shortest_side is not None:
            image.draft("RGB", (2 * shortest_side, 2 * shortest_side))
        return to_rgb(image)
