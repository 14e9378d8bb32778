"""Weak and strong views of a batch, made on the device."""

import torch

from ml.finetune.fixmatch.rand_augment import GREY, rand_augment

SHIFT = 0.125
CUTOUT = 0.5


def weak(images: torch.Tensor, generator: torch.Generator, *, flip: bool) -> torch.Tensor:
    """Return each of `images` [B, C, S, S] shifted by up to an eighth, edges reflected, and some mirrored."""
    count, channels, side, _ = images.shape
    device, most = images.device, round(side * SHIFT)
    shifts = torch.randint(-most, most + 1, (2, count, 1), generator=generator, device=device)
    rows, columns = reflected(torch.arange(side, device=device) + shifts, side)
    if flip:
        mirrored = torch.rand(count, 1, generator=generator, device=device) < 0.5
        columns = torch.where(mirrored, columns.flip(1), columns)
    each = torch.arange(count, device=device).view(-1, 1, 1, 1)
    channel = torch.arange(channels, device=device).view(1, -1, 1, 1)
    return images[each, channel, rows.view(count, 1, side, 1), columns.view(count, 1, 1, side)]


def reflected(positions: torch.Tensor, side: int) -> torch.Tensor:
    """Return positions outside 0..side-1 as seen in a mirror at the edge."""
    inside = positions.abs()
    return torch.where(inside >= side, 2 * (side - 1) - inside, inside)


def strong(images: torch.Tensor, generator: torch.Generator, *, flip: bool) -> torch.Tensor:
    """Return a weak view of each of `images` in [0, 1] after two operations of RandAugment and a cutout."""
    return cutout(rand_augment(weak(images, generator, flip=flip), generator), generator)


def cutout(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return images with a grey square of up to half the side, cut by the edges where it lies there."""
    count, _, side, _ = images.shape
    device = images.device
    length = torch.rand(count, 1, generator=generator, device=device) * CUTOUT * side
    centre = torch.rand(2, count, 1, generator=generator, device=device) * side
    place = torch.arange(side, device=device) + 0.5
    inside = (place - centre).abs() < length / 2
    hole = inside[0].view(count, 1, side, 1) & inside[1].view(count, 1, 1, side)
    return images.masked_fill(hole, GREY)
