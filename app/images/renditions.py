"""Smaller or plainer copies of an image, made once when it comes in."""

import io

from PIL import Image

FEW_COLOURS = 256


def thumbnail(pixels: Image.Image, size: int) -> bytes:
    """Return a WebP that fits into a square of `size` pixels.

    An image less than half as large grows in whole pixels, unblurred, so that a small digit can be read; one
    of many colours, a photo, is not kept to the last bit, which would take ten times as long and five times
    the space.
    """
    factor = size // max(pixels.size)
    buffer = io.BytesIO()
    if factor > 1:
        grown = pixels.resize((pixels.width * factor, pixels.height * factor), Image.Resampling.NEAREST)
        if pixels.getcolors(FEW_COLOURS):
            grown.save(buffer, "WEBP", lossless=True, method=1)
        else:
            grown.save(buffer, "WEBP", quality=80, method=0)
    else:
        small = pixels.copy()
        small.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2)
        small.save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue()


def display_copy(pixels: Image.Image) -> bytes:
    """Return a JPEG for browsers, of an image whose own file they show wrongly or not at all."""
    buffer = io.BytesIO()
    pixels.save(buffer, "JPEG", quality=95, subsampling=0)
    return buffer.getvalue()
