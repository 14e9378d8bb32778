"""Which image files are read."""

import struct
import zlib

import pi_heif
from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "HEIF", "AVIF")
"""As Pillow calls them; nothing else is tried."""
FORMAT_NAMES = "JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF"
SUFFIXES = {
    *(".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"),
    *(".heic", ".heif", ".hif", ".avif"),
}
"""What names of image files end in, where files are chosen by name."""
UNDECODABLE = (
    *(OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError),
    *(EOFError, IndexError, RuntimeError, TypeError, struct.error, zlib.error),
)
"""What decoders raise for files that are damaged, of another format or implausibly large."""

pi_heif.register_heif_opener()


class TooLargeError(ValueError):
    """The image has more pixels, or takes more memory, than are allowed."""
