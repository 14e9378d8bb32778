"""Reading an image file.

first frame or page → deep samples to 8 bits → colours to sRGB → transparency on a background → upright
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from ml.images.files.clear import on_background
from ml.images.files.damage import decoder_errors
from ml.images.files.deep_colour import GREY_AND_ALPHA, DeepColour, DeepGreyAndAlpha, is_deep_colour, raw_mode
from ml.images.files.deep_grey import DeepGrey, is_deep_grey
from ml.images.files.formats import FORMATS, TooLargeError
from ml.images.files.other_tiff import OtherTiff, is_misread, is_tiff
from ml.images.files.profiles import to_srgb
from ml.images.files.tones import Range, stretched

ORIENTATION = 0x0112
UPRIGHT = 1
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE = 5
NOT_OF_SCREENS = {"CMYK", "YCCK", "LAB"}


@dataclass(frozen=True)
class Picture:
    """An image as everyone sees it. `pixels` is RGB or L and upright.

    `width` and `height` are those of the whole image, which `pixels` may be a reduced form of. `as_stored`
    says that the samples of the file are shown as they are: that a viewer which knows the format, but not our
    rule, shows the same.
    """

    format: str
    pixels: Image.Image
    width: int
    height: int
    as_stored: bool


@dataclass(frozen=True)
class Enough:
    """How many pixels the shortest or the longest side needs; a JPEG with many more may come reduced."""

    shortest_side: int | None = None
    longest_side: int | None = None

    def of(self, width: int, height: int) -> tuple[int, int]:
        """Return the width and height that are needed of an image."""
        if self.longest_side is not None:
            scale = self.longest_side / max(width, height)
            return ceil(width * scale), ceil(height * scale)
        side = self.shortest_side or min(width, height)
        return side, side


def read_picture(file: BinaryIO, most_pixels: int | None = None, enough: Enough | None = None) -> Picture:
    """Return the image in `file`. Raises one of `formats.UNDECODABLE`, TooLargeError for too many pixels."""
    with _opened(file) as image:
        if most_pixels is not None and image.width * image.height > most_pixels:
            raise TooLargeError
        if isinstance(image, OtherTiff):
            pixels = stretched(image.load(), None if image.is_deep else Range(0, 255))
            return Picture("TIFF", pixels, *pixels.size, as_stored=False)
        return _read(image, file, enough)


def read_size(file: BinaryIO) -> tuple[int, int]:
    """Return the width and height as the file states them. Raises one of `formats.UNDECODABLE`."""
    with _opened(file) as image:
        return image.width, image.height


@contextmanager
def _opened(file: BinaryIO) -> Iterator[ImageFile.ImageFile | OtherTiff]:
    try:
        with decoder_errors():
            opened = Image.open(file, formats=FORMATS)
    except UnidentifiedImageError:
        if not is_tiff(file):
            raise
        yield OtherTiff(file)
        return
    with opened as image:
        yield OtherTiff(file) if is_misread(image) else image


def _read(image: ImageFile.ImageFile, file: BinaryIO, enough: Enough | None) -> Picture:
    image_format = "JPEG" if image.format == "MPO" else str(image.format)
    stated, mode = image.size, image.mode
    with decoder_errors():
        animated = getattr(image, "is_animated", False) and image_format != "JPEG"
        if image.tell():
            image.seek(0)
        if enough is not None:
            image.draft("RGB", enough.of(*stated))
    reduced = image.size != stated
    deep = _deep(image, file)
    pixels, mixed = _flat(deep or image)
    orientation = _orientation(image)
    upright = pixels.transpose(TURNS[orientation]) if orientation in TURNS else pixels
    size = stated if reduced else pixels.size
    width, height = reversed(size) if orientation >= ON_ITS_SIDE else size
    plain = not animated and deep is None and not mixed and mode not in NOT_OF_SCREENS
    turned = orientation != UPRIGHT and image_format != "JPEG"
    return Picture(image_format, upright, width, height, as_stored=plain and not turned)


def _orientation(image: ImageFile.ImageFile) -> int:
    """Return how a loaded image is to be turned; broken metadata turns nothing."""
    try:
        found = image.getexif().get(ORIENTATION, UPRIGHT)
    except Exception:  # whatever its parser stumbles over
        return UPRIGHT
    return found if found in TURNS else UPRIGHT


def _deep(image: ImageFile.ImageFile, file: BinaryIO) -> Image.Image | None:
    """Return `image` in 8 bits where its samples have more, else None."""
    if is_deep_grey(image):
        return stretched(DeepGrey(image))
    if is_deep_colour(image):
        if raw_mode(image) == GREY_AND_ALPHA:
            return stretched(DeepGreyAndAlpha(image))
        return stretched(DeepColour(image, file))
    return None


def _flat(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return an 8-bit image in RGB or L, and whether it lies on a background."""
    with decoder_errors():
        image.load()
    if image.has_transparency_data:
        return on_background(to_srgb(_with_alpha(image)))
    if image.mode in {"1", "L"}:
        return image.convert("L"), False
    if image.mode == "P":
        image = image.convert("RGB")
    image = to_srgb(image)
    return image if image.mode == "RGB" else image.convert("RGB"), False


def _with_alpha(image: Image.Image) -> Image.Image:
    with decoder_errors():  # what a file says is clear may be no colour of its mode
        layer = image.convert("LA") if image.mode == "La" else image
        return layer if layer.mode == "RGBA" else layer.convert("RGBA")


def to_rgb(image: Image.Image) -> Image.Image:
    """Return the RGB pixels of an image that was opened elsewhere, by the same rule as far as it can go."""
    deep = stretched(DeepGrey(image)) if is_deep_grey(image) else None
    return _flat(deep or image)[0].convert("RGB")
