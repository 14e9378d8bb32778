"""Two random views of every image of a batch, made on the device: MoCo v2's augmentation, a batch at a time.

Every image has random numbers of its own. Brightness, contrast, saturation and hue are one affine map of its
colours; the hue is turned in the plane of equal luma (as DALI's ColorTwist of NVIDIA does), near to HSV's,
for the cost of one small matrix product. Blur is for images of 224 pixels and shrinks with them.
"""

import math

import torch
from torch.nn.functional import conv2d, pad

from ml.config import Augmentation
from ml.pretraining.crops import crop_boxes, crops
from ml.pretraining.photos import Photos
from ml.pretraining.world import ALONE, World

HUE_SHARE = 0.25
"""Hue changes by this share of what brightness, contrast and saturation do, MoCo's 0.1 at 0.4."""
BLUR_SIGMA = (0.1, 2.0)
BLUR_IMAGE_SIZE = 224
# Below this many pixels a Gaussian changes nothing that can be seen.
LEAST_SIGMA = 0.3
LUMA = (0.299, 0.587, 0.114)
# From RGB to luma and two chroma axes (the NTSC standard's YIQ), between which hue is an angle.
TO_CHROMA = torch.tensor([LUMA, (0.5959, -0.2746, -0.3213), (0.2115, -0.5227, 0.3112)])


class Views:
    """Makes views of `size` pixels a side; all randomness comes from `generator`, on the images' device.

    In one process of a `world` the images are its part of a batch.
    """

    def __init__(self, augmentation: Augmentation, size: int, world: World = ALONE) -> None:
        self.augmentation = augmentation
        self.world = world
        self.size = size

    def __call__(
        self,
        photos: Photos,
        generator: torch.Generator,
        size: int | None = None,
        area: tuple[float, float] | None = None,
    ) -> torch.Tensor:
        """Return a view in [0, 1], float32[B, 3, size, size], of each of `photos`.

        `area` are the least and the largest share of an image that a view shows. Both are left out for views
        as configured.
        """
        area = area or (self.augmentation.smallest_crop, 1.0)
        images = self._crop(photos, size or self.size, area, generator)
        images = self._colours(images, generator)
        return self._blur(images, generator)

    def _uniform(self, count: int, low: float, high: float, generator: torch.Generator) -> torch.Tensor:
        return low + (high - low) * self.world.uniform(generator, count)

    def _chance(self, count: int, probability: float, generator: torch.Generator) -> torch.Tensor:
        return self._uniform(count, 0, 1, generator) < probability

    def _crop(
        self, photos: Photos, size: int, shares: tuple[float, float], generator: torch.Generator
    ) -> torch.Tensor:
        """Return a random crop of each image, resized to `size`, some of them mirrored."""
        boxes = crop_boxes(photos.sizes, shares, generator, self.world)
        mirrored = self._chance(len(photos), self.augmentation.flip, generator)
        return crops(photos, boxes, mirrored, size)

    def _colours(self, images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return the images with jittered colours, some of them grey."""
        count = len(images)
        jittered = self._chance(count, self.augmentation.colour_jitter, generator)
        strength = self.augmentation.jitter_strength
        factors = [
            torch.where(jittered, self._uniform(count, 1 - strength, 1 + strength, generator), 1)
            for _ in ("brightness", "contrast", "saturation")
        ]
        hue = strength * HUE_SHARE
        angle = torch.where(jittered, self._uniform(count, -hue, hue, generator), 0) * 2 * math.pi
        grey = self._chance(count, self.augmentation.greyscale, generator)
        brightness, contrast, saturation = factors
        matrix = colour_matrix(torch.where(grey, 0, saturation), angle) * brightness.view(-1, 1, 1)
        mean = images.mean(dim=(2, 3)) @ torch.tensor(LUMA, device=images.device) * brightness
        shift = ((1 - contrast) * mean).view(-1, 1, 1)
        flat = torch.baddbmm(shift, matrix * contrast.view(-1, 1, 1), images.flatten(2))
        return flat.clamp(0, 1).view_as(images)

    def _blur(self, images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return the images, some of them blurred."""
        scale = images.shape[-1] / BLUR_IMAGE_SIZE
        if BLUR_SIGMA[1] * scale < LEAST_SIGMA or self.augmentation.blur == 0:
            return images
        sigma = self._uniform(len(images), *BLUR_SIGMA, generator) * scale
        chosen = self._chance(len(images), self.augmentation.blur, generator).nonzero().flatten()
        if len(chosen):
            # As wide for every image, so that it does not depend on the others of a process.
            images[chosen] = gaussian_blur(images[chosen], sigma[chosen], BLUR_SIGMA[1] * scale)
        return images


def colour_matrix(saturation: torch.Tensor, angle: torch.Tensor) -> torch.Tensor:
    """Return [B, 3, 3] that scale the chroma of RGB by `saturation` [B] and turn it by `angle` [B]."""
    forward = TO_CHROMA.to(angle.device)
    turn = torch.zeros(len(angle), 3, 3, device=angle.device)
    turn[:, 0, 0] = 1
    turn[:, 1, 1] = turn[:, 2, 2] = saturation * angle.cos()
    turn[:, 2, 1] = saturation * angle.sin()
    turn[:, 1, 2] = -turn[:, 2, 1]
    matrix: torch.Tensor = torch.linalg.inv(forward) @ turn @ forward
    return matrix


def gaussian_blur(images: torch.Tensor, sigma: torch.Tensor, largest: float) -> torch.Tensor:
    """Return `images` [B, C, H, W] convolved with Gaussians of `sigma` [B] pixels, edges reflected.

    Kernels end at three times the `largest` sigma that there may be.
    """
    count, channels, height, width = images.shape
    radius = min(math.ceil(3 * largest), height - 1, width - 1)
    distance = torch.arange(-radius, radius + 1, device=images.device)
    kernel = torch.exp(-0.5 * (distance / sigma.clamp(min=1e-3).view(-1, 1)) ** 2)
    kernel = (kernel / kernel.sum(dim=1, keepdim=True)).repeat_interleave(channels, dim=0)
    flat = pad(images, (radius,) * 4, mode="reflect").reshape(1, count * channels, height + 2 * radius, -1)
    flat = conv2d(flat, kernel.view(-1, 1, 1, 2 * radius + 1), groups=count * channels)
    flat = conv2d(flat, kernel.view(-1, 1, 2 * radius + 1, 1), groups=count * channels)
    return flat.view_as(images)
