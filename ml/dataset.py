"""Reading images: from files, and from members of a zip in place."""

import io
import zipfile
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageOps

from ml.errors import UnusableInputError

ARCHIVE_SEPARATOR = "::"
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"}


@lru_cache(maxsize=8)
def open_archive(path: str) -> zipfile.ZipFile:
    """Return the open zip at `path`; reading members of it is safe from several threads."""
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UnusableInputError(f"{path} cannot be read as a zip file") from error


def read_bytes(path: str) -> bytes:
    """Return the bytes of a file, or of a member of a zip (`archive.zip::member`)."""
    archive, separator, member = path.partition(ARCHIVE_SEPARATOR)
    return open_archive(archive).read(member) if separator else Path(path).read_bytes()


def open_image(path: str) -> Image.Image:
    """Return the image at `path`, opened but not decoded. Raises OSError when it is not an image we read."""
    return Image.open(io.BytesIO(read_bytes(path)), formats=FORMATS)


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
    """Return the image at `path` in RGB. Raises OSError or SyntaxError when it cannot be decoded.

    With `shortest_side`, a large JPEG may be decoded at a reduced scale of at least twice that many pixels.
    """
    image = open_image(path)
    if shortest_side is not None:
        image.draft("RGB", (2 * shortest_side, 2 * shortest_side))
    return to_rgb(image)
