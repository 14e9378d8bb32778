"""RandAugment's operations on a batch, each image at a strength of its own (Cubuk et al. 2020).

The ranges are FixMatch's. Images are float32[B, 3, S, S] in [0, 1], strengths float32[B] in [0, 1].
"""

import math
from collections.abc import Callable

import torch
from torch.nn.functional import affine_grid, conv2d, grid_sample

Operation = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
GREY = 0.5
LUMA = (0.299, 0.587, 0.114)
TURN = math.radians(30)
SHEAR = SHIFT = 0.3


def per_image(values: torch.Tensor) -> torch.Tensor:
    """Return `values` [B] in the shape that broadcasts over images."""
    return values.view(-1, 1, 1, 1)


def greyscale(images: torch.Tensor) -> torch.Tensor:
    """Return the luma of `images`, float32[B, 1, S, S]."""
    return (images * torch.tensor(LUMA, device=images.device).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)


def blended(images: torch.Tensor, other: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Return `images` mixed into `other` by a share of 0.05 to 0.95."""
    return other + (images - other) * per_image(0.05 + 0.9 * strength)


def brightness(images: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Return darker images."""
    return blended(images, torch.zeros_like(images), strength)


def colour(images: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Return images nearer to grey."""
    return blended(images, greyscale(images), strength)


def contrast(images: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Return images nearer to their mean luma."""
    return blended(images, greyscale(images).mean(dim=(2, 3), keepdim=True), strength)


def sharpness(images: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Return images nearer to a smoothed form; the border stays."""
    kernel = torch.ones(3, 3, device=images.device)
    kernel[1, 1] = 5
    smooth = images.clone()
    smooth[..., 1:-1, 1:-1] = conv2d(images, (kernel / 13).expand(3, 1, 3, 3).contiguous(), groups=3)
    return blended(images, smooth, strength)


def autocontrast(images: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    """Return images whose channels each reach from 0 to 1."""
    low, high = images.amin(dim=(2, 3), keepdim=True), images.amax(dim=(2, 3), keepdim=True)
    return torch.where(high > low, (images - low) / (high - low).clamp(min=1e-6), images)


def equalise(images: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    """Return images in whose channels every brightness is about as frequent."""
    levels = (images * 255).round().long().flatten(2)
    counts = torch.zeros(*levels.shape[:2], 256, device=images.device)
    counts.scatter_add_(2, levels, torch.ones(levels.shape, device=images.device))
    below = counts.cumsum(dim=2)
    least = below.gather(2, levels.amin(dim=2, keepdim=True))  # of the darkest level there is
    span = levels.shape[2] - least
    table = torch.where(
        span > 0, (below - least) / span.clamp(min=1), torch.arange(256, device=images.device) / 255
    )
    return table.clamp(min=0).gather(2, levels).view_as(images)


def posterise(images: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Return images with four to eight bits a channel."""
    step = per_image(2 ** (4 - (strength * 5).floor().clamp(max=4)))
    return (images * 255 / step).floor() * step / 255


def solarise(images: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Return images in which what is brighter than the strength is inverted."""
    return torch.where(images < per_image(strength), images, 1 - images)


def identity(images: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    """Return the images."""
    return images


def warped(images: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
    """Return images moved by the affine maps `theta` [B, 2, 3], grey where nothing was."""
    grid = affine_grid(theta, list(images.shape), align_corners=False)
    return grid_sample(images - GREY, grid, align_corners=False) + GREY


def unmoved(count: int, device: torch.device) -> torch.Tensor:
    """Return affine maps that change nothing, float32[count, 2, 3]."""
    return torch.eye(2, 3, device=device).repeat(count, 1, 1)


def rotate(images: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    """Return images turned by up to 30 degrees to either side."""
    angle = (2 * strength - 1) * TURN
    theta = unmoved(len(images), images.device)
    theta[:, 0, 0] = theta[:, 1, 1] = angle.cos()
    theta[:, 0, 1], theta[:, 1, 0] = -angle.sin(), angle.sin()
    return warped(images, theta)


def moved(row: int, column: int, most: float) -> Operation:
    """Return an operation that sets one entry of the affine map to between -most and most."""

    def operation(images: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
        theta = unmoved(len(images), images.device)
        theta[:, row, column] = (2 * strength - 1) * most
        return warped(images, theta)

    return operation


# Coordinates reach from -1 to 1, so a shift by a share of the side is twice as much.
OPERATIONS: tuple[Operation, ...] = (
    identity, autocontrast, equalise, brightness, colour, contrast, sharpness, posterise, solarise, rotate,
    moved(0, 1, SHEAR), moved(1, 0, SHEAR), moved(0, 2, 2 * SHIFT), moved(1, 2, 2 * SHIFT),
)  # fmt: skip


def rand_augment(images: torch.Tensor, generator: torch.Generator, operations: int = 2) -> torch.Tensor:
    """Return each image after as many `operations`, drawn for it alone; all chance is from `generator`."""
    for _ in range(operations):
        device = images.device
        chosen = torch.randint(len(OPERATIONS), (len(images),), generator=generator, device=device)
        strength = torch.rand(len(images), generator=generator, device=device)
        images = images.clone()
        for number, operation in enumerate(OPERATIONS):
            rows = (chosen == number).nonzero().flatten()
            if len(rows):
                images[rows] = operation(images[rows], strength[rows]).clamp(0, 1)
    return images
