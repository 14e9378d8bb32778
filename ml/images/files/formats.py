"""Which image files are read."""

import pi_heif
from PIL import Image

from ml.images.files.damage import DamagedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "HEIF", "AVIF")
"""As Pillow calls them; nothing else is tried."""
FORMAT_NAMES = "JPEG, PNG, WebP, BMP, TIFF, GIF, HEIC or AVIF"
SUFFIXES = {
    *(".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"),
    *(".heic", ".heif", ".hif", ".avif"),
}
"""What names of image files end in, where files are chosen by name."""


class TooLargeError(ValueError):
    """The image has more pixels, or takes more memory, than are allowed."""


UNDECODABLE = (OSError, DamagedImageError, TooLargeError, Image.DecompressionBombError)
"""What is raised for files that are damaged, of another format, implausibly large or not to be read."""

pi_heif.register_heif_opener()
