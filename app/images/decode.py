"""Reading an image file that somebody sent: allow-listed formats, bounded pixels, one normal form."""

import io
import warnings
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "BMP": "image/bmp"}
ORIENTATION = 0x0112
GREY_16_BIT = ("I;16", "I;16L", "I;16B", "I;16N")


class UnreadableImageError(ValueError):
    """The file cannot be used as an image; the message says why, in words for the person who sent it."""


@dataclass(frozen=True)
class Decoded:
    """An image as everyone sees it: its first frame, upright, RGB.

    `as_sent` says whether a browser shows the original file just so.
    """

    format: str
    pixels: Image.Image
    as_sent: bool


def decode(content: bytes, max_pixels: int) -> Decoded:
    """Return the image in `content`; UnreadableImageError says why there is none."""
    if not content:
        raise UnreadableImageError("The file is empty.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decode(content, max_pixels)
    except UnreadableImageError:
        raise
    except UnidentifiedImageError as error:
        raise UnreadableImageError("This is not a JPEG, PNG, WebP, BMP, TIFF or GIF image.") from error
    except Image.DecompressionBombError as error:
        raise _too_large(max_pixels) from error
    except Exception as error:  # decoders raise whatever they stumble over
        raise UnreadableImageError("The image is damaged or incomplete.") from error


def _decode(content: bytes, max_pixels: int) -> Decoded:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > max_pixels:
            raise _too_large(max_pixels)
        image_format = "JPEG" if image.format == "MPO" else str(image.format)
        upright = image.getexif().get(ORIENTATION, 1) == 1
        animated = getattr(image, "n_frames", 1) > 1 and image_format != "JPEG"
        as_sent = (
            image_format in MEDIA_TYPES
            and image.mode not in {"CMYK", "YCCK", "LAB"}
            and not animated
            and (upright or image_format == "JPEG")
        )
        image.seek(0)
        image.load()
        return Decoded(image_format, to_rgb(ImageOps.exif_transpose(image)), as_sent)


def to_rgb(image: Image.Image) -> Image.Image:
    """Return `image` as 8-bit RGB; deep greys are scaled, transparency lies on white."""
    if image.mode in GREY_16_BIT:
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if image.mode in {"I", "F"}:
        low, high = cast("tuple[float, float]", image.getextrema())  # of one band
        scale = 255 / ((high - low) or 1)
        return image.convert("F").point(lambda value: value * scale - low * scale).convert("L").convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _too_large(max_pixels: int) -> UnreadableImageError:
    return UnreadableImageError(f"The image has more than {max_pixels / 1_000_000:g} million pixels.")
