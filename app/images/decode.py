"""Reading an image file that somebody sent: allow-listed formats, bounded pixels, one normal form."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from ml.images.files.damage import DamagedImageError
from ml.images.files.formats import FORMAT_NAMES, TooLargeError
from ml.images.files.reading import Enough, Picture, read_picture

MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "AVIF": "image/avif",
}
"""What browsers show as it was sent, where they show it right."""


class UnreadableImageError(ValueError):
    """The file cannot be used as an image; the message says why, in words for the person who sent it."""


def decode(content: bytes, max_pixels: int, enough: Enough | None = None) -> Picture:
    """Return the image in `content`; UnreadableImageError says why there is none.

    Whatever else is raised is a fault of ours: it ends the process that decodes, with its traceback, and the
    file is refused (app/images/guarded.py).
    """
    if not content:
        raise UnreadableImageError("The file is empty.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read_picture(io.BytesIO(content), max_pixels, enough)
    except UnidentifiedImageError as error:
        raise UnreadableImageError(f"This is not a {FORMAT_NAMES} image.") from error
    except (TooLargeError, Image.DecompressionBombError) as error:
        raise UnreadableImageError(
            f"The image has more than {max_pixels / 1_000_000:g} million pixels."
        ) from error
    except MemoryError as error:
        raise UnreadableImageError("The image takes more memory to decode than is allowed.") from error
    except (DamagedImageError, OSError) as error:
        raise UnreadableImageError("The image is damaged or incomplete.") from error


def shown_as_sent(picture: Picture) -> bool:
    """Return whether a browser shows the file just as `picture` is."""
    return picture.as_stored and picture.format in MEDIA_TYPES
