"""Samples of more than 8 bits become 8 bits: stretched by the image's own range.

The range is that of the finite values between the 1st and the 999th thousandth, of all bands together: a
few hot pixels do not darken the rest, and hues stay. Where nearly all values are one, it is the whole range;
where all are, the image is mid grey. NaN is black, and infinities are the ends of the range.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PERCENTILES = (0.1, 99.9)
SAMPLE = 2**22
STRIP_VALUES = 2**19
MID_GREY = 128

Values = NDArray[Any]
Mask = NDArray[np.bool_]


class DeepImage(Protocol):
    """An image whose samples have more than 8 bits. `bands` is 1 or 3."""

    width: int
    height: int
    bands: int

    def strip(self, top: int, bottom: int) -> tuple[Values, Mask | None]:
        """Return the samples [rows, width] or [rows, width, 3], and which pixels [rows, width] count."""
        ...

    def put(self, top: int, pixels: NDArray[np.uint8]) -> None:
        """Store the 8-bit samples of a strip, which is asked for no more."""
        ...

    def finish(self) -> Image.Image:
        """Return the 8-bit image of all that was put: L or RGB, or RGBA where some pixels are clear."""
        ...


@dataclass(frozen=True)
class Range:
    """The values that become black and white."""

    low: float
    high: float

    @cached_property
    def table(self) -> NDArray[np.uint8]:
        """Return what each value of 16 bits becomes."""
        return self.computed(np.arange(2**16))

    def eight_bits(self, values: Values) -> NDArray[np.uint8]:
        """Return `values` from black to white as uint8, of the same shape."""
        if values.dtype.kind == "u" and values.itemsize == 2:
            looked_up: NDArray[np.uint8] = self.table[values]
            return looked_up
        return self.computed(values)

    def computed(self, values: Values) -> NDArray[np.uint8]:
        """Return `eight_bits` of numbers of any kind."""
        span = self.high / 2 - self.low / 2  # halves, for the difference of two floats need not be one
        if not span > 0:
            scaled = np.where(np.isnan(values), 0.0, float(MID_GREY))
        else:
            with np.errstate(invalid="ignore", over="ignore"):
                scaled = (values.astype(np.float64) / 2 - self.low / 2) / span * 255
        finite = np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0)
        grey: NDArray[np.uint8] = np.clip(np.rint(finite), 0, 255).astype(np.uint8)
        return grey


def stretched(image: DeepImage, given: Range | None = None) -> Image.Image:
    """Return `image` in 8 bits, by its own range or a `given` one, a strip of it in memory at a time."""
    own = given or own_range(image)
    for top, bottom in strips(image.width * image.bands, image.height):
        image.put(top, own.eight_bits(image.strip(top, bottom)[0]))
    return image.finish()


def own_range(image: DeepImage) -> Range:
    """Return the range of the values of `image` that count; large images are sampled evenly."""
    row = image.width * image.bands
    step = max(1, row * image.height // SAMPLE)
    while gcd(step, row) > 1:  # else the same columns would be taken from each row
        step += 1
    low, high, sample, seen = np.inf, -np.inf, [np.zeros(0)], 0
    for top, bottom in strips(row, image.height):
        values, counts = image.strip(top, bottom)
        use = np.isfinite(values)
        if counts is not None:
            use &= counts if values.ndim == counts.ndim else counts[..., None]
        used = values if use.all() else values[use]
        if used.size:
            low, high = min(low, float(used.min())), max(high, float(used.max()))
        every = slice(-seen % step, None, step)
        sample.append(values.reshape(-1)[every][use.reshape(-1)[every]].astype(np.float64))
        seen += values.size
    if low > high:
        return Range(0.0, 0.0)
    taken = np.concatenate(sample)
    inner = np.percentile(taken, PERCENTILES) if taken.size else (low, low)
    return Range(*map(float, inner)) if inner[0] < inner[1] else Range(low, high)


def strips(row_values: int, height: int) -> Iterator[tuple[int, int]]:
    """Yield (top, bottom) of consecutive strips of rows that hold a bounded number of values each."""
    rows = max(1, STRIP_VALUES // max(1, row_values))
    for top in range(0, height, rows):
        yield top, min(height, top + rows)
