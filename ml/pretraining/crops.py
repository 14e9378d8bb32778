"""Random resized crops of a batch, with the geometry of torchvision's `RandomResizedCrop`.

A crop covers a random share of the image's area, at an aspect between 3/4 and 4/3, in whole pixels. Where ten
tries do not fit in the image, it is the largest part in the middle whose aspect is within these limits.
"""

import math

import torch
from torch.nn.functional import grid_sample

from ml.pretraining.photos import Photos
from ml.pretraining.world import ALONE, World

ASPECT = (3 / 4, 4 / 3)
ATTEMPTS = 10


def crop_boxes(
    sizes: torch.Tensor,
    shares: tuple[float, float],
    generator: torch.Generator,
    world: World = ALONE,
) -> torch.Tensor:
    """Return a random part of each image: int64[B, 4], (top, left, height, width).

    `sizes` int64[B, 2] are heights and widths, `shares` the least and the largest share of the area.
    """
    height, width = sizes.unbind(dim=1)

    def uniform(low: float, high: float, tries: int) -> torch.Tensor:
        return low + (high - low) * world.uniform(generator, len(sizes), tries)

    area = (height * width).unsqueeze(1) * uniform(*shares, ATTEMPTS)
    ratio = uniform(math.log(ASPECT[0]), math.log(ASPECT[1]), ATTEMPTS).exp()
    wide, high = (area * ratio).sqrt().round().long(), (area / ratio).sqrt().round().long()
    fits = (wide > 0) & (high > 0) & (wide <= width.unsqueeze(1)) & (high <= height.unsqueeze(1))
    first = fits.int().argmax(dim=1, keepdim=True)
    found = fits.any(dim=1)
    middle_high, middle_wide = middle_boxes(height, width)
    high = torch.where(found, high.gather(1, first).squeeze(1), middle_high)
    wide = torch.where(found, wide.gather(1, first).squeeze(1), middle_wide)
    places = uniform(0, 1, 2).double().T
    top = torch.where(found, (places[0] * (height - high + 1)).long(), (height - high) // 2)
    left = torch.where(found, (places[1] * (width - wide + 1)).long(), (width - wide) // 2)
    return torch.stack([top, left, high, wide], dim=1)


def middle_boxes(height: torch.Tensor, width: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return heights and widths of the largest parts of images whose aspect is within the limits."""
    ratio = width / height
    high = torch.where(ratio < ASPECT[0], (width / ASPECT[0]).round().long(), height)
    wide = torch.where(ratio > ASPECT[1], (height * ASPECT[1]).round().long(), width)
    return high, wide


def crops(photos: Photos, boxes: torch.Tensor, mirrored: torch.Tensor, size: int) -> torch.Tensor:
    """Return the parts `boxes` of the images in `size` x `size` pixels: float32[B, 3, size, size] in [0, 1].

    They are resized bilinearly from their own pixels alone; those that `mirrored` bool[B] names are turned
    about.
    """
    top, left, high, wide = boxes.float().unbind(dim=1)
    column, row = _centres(left, wide, size), _centres(top, high, size)
    column = torch.where(mirrored.unsqueeze(1), column.flip(1), column)
    full_height, full_width = photos.pixels.shape[-2:]
    column, row = (2 * column + 1) / full_width - 1, (2 * row + 1) / full_height - 1
    shape = (len(photos), size, size)
    grid = torch.stack([column.unsqueeze(1).expand(shape), row.unsqueeze(2).expand(shape)], dim=3)
    images = grid_sample(photos.pixels.float(), grid, padding_mode="border", align_corners=False)
    return images.div_(255).clamp_(0, 1)


def _centres(start: torch.Tensor, length: torch.Tensor, size: int) -> torch.Tensor:
    """Return where `size` pixels lie that share `length` [B] pixels from `start` [B] on: float32[B, size]."""
    steps = (torch.arange(size, device=start.device) + 0.5) / size
    within = (steps * length.unsqueeze(1) - 0.5).clamp(min=0)
    return start.unsqueeze(1) + torch.minimum(within, length.unsqueeze(1) - 1)
