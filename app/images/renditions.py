"""Smaller or plainer copies of an image, made once when it comes in."""

import io

from PIL import Image


def thumbnail(pixels: Image.Image, size: int) -> bytes:
    """Return a WebP that fits into a square of `size` pixels.

    An image less than half as large grows in whole pixels, unblurred, so that a small digit can be read.
    """
    factor = size // max(pixels.size)
    buffer = io.BytesIO()
    if factor > 1:
        grown = (pixels.width * factor, pixels.height * factor)
        pixels.resize(grown, Image.Resampling.NEAREST).save(buffer, "WEBP", lossless=True, method=2)
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
