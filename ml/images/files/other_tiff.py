"""TIFFs of science that Pillow does not know: 64-bit floats, bands of floats, deep bands stored apart."""

from typing import Any, BinaryIO

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageFile

from ml.images.files.damage import DamagedImageError, decoder_errors
from ml.images.files.formats import TooLargeError
from ml.images.files.tones import Mask, Values

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
BITS_PER_SAMPLE, PLANAR_CONFIGURATION, BANDS_APART = 258, 284, 2  # tags of TIFF
MOST_BYTES = 2**29
COLOURS = 3


def is_tiff(file: BinaryIO) -> bool:
    """Return whether `file` begins as a TIFF does; it is left at its start."""
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    return start in MAGIC


def is_misread(image: ImageFile.ImageFile) -> bool:
    """Return whether Pillow would read `image` wrongly: bands of more than 8 bits, stored apart."""
    tags = getattr(image, "tag_v2", {})
    return tags.get(PLANAR_CONFIGURATION) == BANDS_APART and max(tags.get(BITS_PER_SAMPLE, (8,))) > 8


class OtherTiff:
    """A `DeepImage` of the first page: its first three bands, or its first where there are fewer."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        with decoder_errors():
            self._tiff = tifffile.TiffFile(file)
            self._page: Any = self._tiff.pages.first
            self.width, self.height = int(self._page.imagewidth), int(self._page.imagelength)
            samples = int(self._page.samplesperpixel)
        self.bands = COLOURS if samples >= COLOURS else 1

    def load(self) -> "OtherTiff":
        """Return this image with its samples in memory; TooLargeError where they are too many."""
        page = self._page
        kind = np.dtype(page.dtype)
        if page.size * kind.itemsize > MOST_BYTES:
            raise TooLargeError
        if kind.kind not in "biuf":
            raise DamagedImageError(f"samples of the kind {kind} are no picture")
        with decoder_errors():
            samples = page.asarray().reshape(page.shaped)  # bands apart, depth, height, width, bands together
        if not samples.size or samples.shape[2:4] != (self.height, self.width):
            raise DamagedImageError("the samples are not those of the stated size")
        values = np.moveaxis(samples[:, 0], 0, -1) if page.shaped[0] > 1 else samples[0, 0, ..., None]
        values = values.reshape(self.height, self.width, -1)[..., : self.bands]
        self._values = values if self.bands == COLOURS else values[..., 0]
        self._inverted = page.photometric == tifffile.PHOTOMETRIC.MINISWHITE
        self._pixels = Image.new("RGB" if self.bands == COLOURS else "L", (self.width, self.height))
        return self

    @property
    def is_deep(self) -> bool:
        """Return whether the samples are other numbers than 0 to 255."""
        return bool(self._page.dtype != np.uint8)

    def strip(self, top: int, bottom: int) -> tuple[Values, Mask | None]:
        values = self._values[top:bottom]
        return (-values.astype(np.float64) if self._inverted else values), None

    def put(self, top: int, pixels: NDArray[np.uint8]) -> None:
        self._pixels.paste(Image.fromarray(pixels), (0, top))

    def finish(self) -> Image.Image:
        return self._pixels
