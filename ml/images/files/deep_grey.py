"""Grey images of more than 8 bits: 12 and 16 bits, 32-bit integers, floats, as Pillow opens them."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.images.files.damage import decoder_errors
from ml.images.files.tones import Mask, Values

SAMPLE_FORMAT, PHOTOMETRIC = 339, 262  # tags of TIFF
UNSIGNED, SIGNED, WHITE_IS_ZERO = 1, 2, 0


def is_deep_grey(image: Image.Image) -> bool:
    """Return whether the samples of `image` are one band of other numbers than 0 to 255."""
    return image.mode in {"I", "F"} or image.mode.startswith("I;16") or _is_signed_bytes(image)


def _sample_format(image: Image.Image) -> int:
    found: int = getattr(image, "tag_v2", {}).get(SAMPLE_FORMAT, (UNSIGNED,))[0]
    return found


def _is_signed_bytes(image: Image.Image) -> bool:
    return image.mode == "L" and _sample_format(image) == SIGNED


class DeepGrey:
    """A `DeepImage` of one band; one value may stand for a clear pixel."""

    bands = 1

    def __init__(self, image: Image.Image) -> None:
        with decoder_errors():
            image.load()
        self.width, self.height = image.size
        self._image = image
        self._clear = image.info.get("transparency") if image.mode.startswith("I;16") else None
        self._as: type[np.generic] | None = None
        if image.mode == "I" and _sample_format(image) == UNSIGNED:
            self._as = np.uint32
        elif _is_signed_bytes(image):
            self._as = np.int8
        self._inverted = getattr(image, "tag_v2", {}).get(PHOTOMETRIC) == WHITE_IS_ZERO
        self._pixels = Image.new("L" if self._clear is None else "LA", image.size)

    def strip(self, top: int, bottom: int) -> tuple[Values, Mask | None]:
        values = np.asarray(self._image.crop((0, top, self.width, bottom)))
        counts = None if self._clear is None else values != self._clear
        if self._as is not None:
            values = values.view(self._as)
        return (-values.astype(np.float64) if self._inverted else values), counts

    def put(self, top: int, pixels: NDArray[np.uint8]) -> None:
        strip = Image.fromarray(pixels)
        counts = self.strip(top, top + len(pixels))[1]
        if counts is not None:
            strip.putalpha(Image.fromarray(np.where(counts, 255, 0).astype(np.uint8)))
        self._pixels.paste(strip, (0, top))

    def finish(self) -> Image.Image:
        return self._pixels
