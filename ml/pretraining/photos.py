"""Images of different sizes as one batch, in front of the views that are cut from them (ADR 29)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
SHORTER_SIDE = 10 / 7
"""Pixels of the shorter side that are kept, for each that a network sees: 320 for 224."""
LONGEST = 2
"""The longer side may be so many times the kept shorter one; of what is longer, the middle is kept."""


def kept_side(size: int) -> int:
    """Return the pixels of the shorter side that are kept of an image for views of `size`."""
    return round(size * SHORTER_SIDE)


def most_bytes(size: int) -> int:
    """Return how large an image that is kept for views of `size` can be."""
    return 3 * LONGEST * kept_side(size) ** 2


def kept_of(image: Image.Image, size: int) -> Pixels:
    """Return what is kept of an RGB image for views of `size` pixels: uint8[H, W, 3], never enlarged."""
    width, height = image.size
    shorter = min(width, height)
    scale = min(1.0, kept_side(size) / shorter)
    part_width, part_height = min(width, LONGEST * shorter), min(height, LONGEST * shorter)
    left, top = (width - part_width) // 2, (height - part_height) // 2
    box = (left, top, left + part_width, top + part_height)
    if scale == 1:
        return np.asarray(image.crop(box))
    shape = (max(1, round(part_width * scale)), max(1, round(part_height * scale)))
    return np.asarray(image.resize(shape, Image.Resampling.BICUBIC, box=box))


@dataclass(frozen=True)
class Photos:
    """B images of different sizes: `pixels` uint8[B, 3, H, W], each image in the top left of its place.

    `sizes` int64[B, 2] are their heights and widths.
    """

    pixels: torch.Tensor
    sizes: torch.Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    @staticmethod
    def of(pixels: torch.Tensor) -> "Photos":
        """Return images uint8[B, 3, H, W] of one size."""
        size = torch.tensor(pixels.shape[-2:], device=pixels.device)
        return Photos(pixels, size.expand(len(pixels), 2))


def together(images: Sequence[Pixels]) -> Photos:
    """Return uint8[H, W, 3] images as one batch as high and as wide as the largest of them."""
    shapes = np.array([image.shape[:2] for image in images])
    high, wide = shapes.max(axis=0)
    if (shapes == (high, wide)).all():
        batch = np.stack(images)
    else:
        batch = np.zeros((len(images), high, wide, 3), dtype=np.uint8)
        for place, image in zip(batch, images, strict=True):
            place[: image.shape[0], : image.shape[1]] = image
    return Photos(torch.from_numpy(batch).permute(0, 3, 1, 2), torch.from_numpy(shapes))
