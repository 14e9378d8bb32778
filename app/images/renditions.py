"""Smaller or plainer copies of an image."""

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
        shrunk(pixels, size).save(buffer, "WEBP", quality=80, method=2)
    return buffer.getvalue()


def shrunk(pixels: Image.Image, size: int) -> Image.Image:
    """Return `pixels`, made to fit into a square of `size` where they are larger."""
    scale = size / max(pixels.size)
    if scale >= 1:
        return pixels
    shape = (max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale)))
    return pixels.resize(shape, Image.Resampling.LANCZOS, reducing_gap=2)


def whole_copy(pixels: Image.Image) -> bytes:
    """Return a JPEG for browsers, of an image whose own file they show wrongly or not at all."""
    buffer = io.BytesIO()
    pixels.save(buffer, "JPEG", quality=95, subsampling=0)
    return buffer.getvalue()


def display_rendition(pixels: Image.Image, size: int) -> bytes:
    """Return a JPEG that fits into a square of `size` pixels, to label by."""
    buffer = io.BytesIO()
    shrunk(pixels, size).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
