"""Colours, and grey with transparency, of 16 bits. Pillow keeps the high bytes of such samples only.

Told the other byte order, it keeps the low ones: the two readings together are all 16 bits.
"""

import sys
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from ml.images.files.damage import decoder_errors
from ml.images.files.formats import FORMATS
from ml.images.files.tones import Mask, Values

OTHER_ORDER = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
GREY_AND_ALPHA = "LA;16B"
ALPHA = 3


def raw_mode(image: ImageFile.ImageFile) -> str:
    """Return how the samples lie in the file of an `image` that is not loaded, as Pillow calls it."""
    arguments = image.tile[0].args if image.tile else ""
    first = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return first if isinstance(first, str) else ""


def is_deep_colour(image: ImageFile.ImageFile) -> bool:
    """Return whether `image`, not loaded, has bands of 16 bits that Pillow would cut to 8."""
    return image.mode in {"RGB", "RGBA"} and ";16" in raw_mode(image)


def _read_as(image: ImageFile.ImageFile, raw: str) -> Image.Image:
    """Return `image` loaded as though its samples were `raw`."""
    image.tile = [
        tile._replace(args=raw if isinstance(tile.args, str) else (raw, *(tile.args or ())[1:]))
        for tile in image.tile
    ]
    with decoder_errors():
        image.load()
    return image


class DeepColour:
    """A `DeepImage` of three bands: where alpha is 0 a pixel does not count, and alpha keeps 8 bits."""

    bands = 3

    def __init__(self, image: ImageFile.ImageFile, file: BinaryIO) -> None:
        raw = raw_mode(image).replace("RGBa", "RGBA")
        clear = image.info.pop("transparency", None)
        self._high = _read_as(image, raw)
        file.seek(0)
        with decoder_errors():
            other = Image.open(file, formats=FORMATS)
        self._low = _read_as(other, raw[:-1] + OTHER_ORDER[raw[-1]])
        self.width, self.height = self._high.size
        if clear is not None:
            self._high.putalpha(self._alpha(clear))

    def _alpha(self, clear: tuple[int, int, int]) -> Image.Image:
        """Return 0 where a pixel has the colour `clear`, else 255."""
        alpha = Image.new("L", self._high.size)
        for top in range(0, self.height, 256):
            values, _ = self.strip(top, min(self.height, top + 256))
            seen = (values != np.asarray(clear, dtype=np.uint16)).any(axis=-1)
            alpha.paste(Image.fromarray(np.where(seen, 255, 0).astype(np.uint8)), (0, top))
        return alpha

    def strip(self, top: int, bottom: int) -> tuple[Values, Mask | None]:
        box = (0, top, self.width, bottom)
        high, low = np.asarray(self._high.crop(box)), np.asarray(self._low.crop(box))
        values = high[..., :3].astype(np.uint16) << 8 | low[..., :3]
        return values, high[..., ALPHA] > 0 if self._high.mode == "RGBA" else None

    def put(self, top: int, pixels: NDArray[np.uint8]) -> None:
        box = (0, top, self.width, top + len(pixels))
        strip = Image.fromarray(pixels)
        if self._high.mode == "RGBA":
            strip.putalpha(self._high.crop(box).getchannel("A"))
        self._high.paste(strip, box)

    def finish(self) -> Image.Image:
        del self._low
        return self._high


class DeepGreyAndAlpha:
    """A `DeepImage` of one band and alpha, read as four bytes a pixel: the high and the low one of each."""

    bands = 1

    def __init__(self, image: ImageFile.ImageFile) -> None:
        self._pixels = _read_as(image, "RGBA")
        self.width, self.height = self._pixels.size

    def strip(self, top: int, bottom: int) -> tuple[Values, Mask | None]:
        pixels = np.asarray(self._pixels.crop((0, top, self.width, bottom)))
        return pixels[..., 0].astype(np.uint16) << 8 | pixels[..., 1], pixels[..., 2] > 0

    def put(self, top: int, pixels: NDArray[np.uint8]) -> None:
        box = (0, top, self.width, top + len(pixels))
        alpha = self._pixels.crop(box).getchannel("B")
        strip = Image.fromarray(pixels).convert("RGB")
        strip.putalpha(alpha)
        self._pixels.paste(strip, box)

    def finish(self) -> Image.Image:
        return self._pixels
