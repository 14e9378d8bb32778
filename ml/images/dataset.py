"""Reading images: from files, and from members of a zip in place."""

import io
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from ml.errors import UnusableInputError
from ml.images.files.damage import decoder_errors
from ml.images.files.reading import Enough, read_picture, read_size

ARCHIVE_SEPARATOR = "::"


@lru_cache(maxsize=8)
def open_archive(path: str) -> zipfile.ZipFile:
    """Return the open zip at `path`; reading members of it is safe from several threads."""
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise UnusableInputError(f"{path} cannot be read as a zip file") from error


def open_file(path: str) -> BinaryIO:
    """Return a file, or a member of a zip (`archive.zip::member`), opened for reading.

    Raises one of UNDECODABLE where it is not there or damaged, UnusableInputError for the zip as a whole.
    """
    archive, separator, member = path.partition(ARCHIVE_SEPARATOR)
    if not separator:
        return Path(path).open("rb")
    opened = open_archive(archive)
    with decoder_errors():
        return io.BytesIO(opened.read(member))


def picture_size(path: str) -> tuple[int, int]:
    """Return the width and height of the image at `path`. Raises one of UNDECODABLE when it is none."""
    with open_file(path) as file:
        return read_size(file)


def read_image(path: str, shortest_side: int | None = None) -> Image.Image:
    """Return the image at `path` in RGB. Raises one of UNDECODABLE when it cannot be decoded.

    With `shortest_side`, a large JPEG may be decoded at a reduced scale of at least twice that many pixels.
    """
    enough = None if shortest_side is None else Enough(shortest_side=2 * shortest_side)
    with open_file(path) as file:
        picture = read_picture(file, enough=enough)
    return picture.pixels.convert("RGB")
