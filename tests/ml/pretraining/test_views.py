"""Views: in range, repeatable, different for every image, and each part of the recipe does what it says."""

import colorsys

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter

from ml.config import Augmentation
from ml.pretraining.photos import Photos
from ml.pretraining.views import Views, colour_matrix, gaussian_blur
from ml.pretraining.world import ALONE, World

NOTHING = {"smallest_crop": 1.0, "colour_jitter": 0.0, "greyscale": 0.0, "blur": 0.0, "flip": 0.0}


def views_of(pixels: torch.Tensor, size: int, seed: int = 0, **changes: float) -> torch.Tensor:
    """Return views under an augmentation that does nothing but `changes`."""
    generator = torch.Generator().manual_seed(seed)
    return Views(Augmentation(**(NOTHING | changes)), size)(Photos.of(pixels), generator)


@pytest.fixture
def pixels() -> torch.Tensor:
    """Return eight random images of 32 pixels."""
    return torch.randint(
        0, 256, (8, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(1)
    )


def test_the_whole_recipe_stays_in_range_and_is_repeatable(pixels: torch.Tensor) -> None:
    make = Views(Augmentation(), 64)
    photos = Photos.of(pixels)
    first = make(photos, torch.Generator().manual_seed(7))
    assert first.shape == (8, 3, 64, 64)
    assert first.dtype == torch.float32
    assert float(first.min()) >= 0
    assert float(first.max()) <= 1
    assert torch.equal(first, make(photos, torch.Generator().manual_seed(7)))
    assert not torch.equal(first, make(photos, torch.Generator().manual_seed(8)))


def test_images_of_a_batch_get_views_of_their_own() -> None:
    same = torch.randint(0, 256, (1, 3, 32, 32), dtype=torch.uint8).expand(8, -1, -1, -1)
    views = Views(Augmentation(), 32)(Photos.of(same), torch.Generator().manual_seed(0))
    assert len({view.numpy().tobytes() for view in views}) == 8


def test_flip_mirrors_left_and_right_only() -> None:
    ramp = torch.arange(32, dtype=torch.uint8).mul(8).view(1, 1, 1, 32).expand(4, 3, 32, 32)
    views = views_of(ramp, 32, flip=1.0)
    falling = views[..., 1:] - views[..., :-1]
    assert float(falling.max()) <= 1e-6
    assert float((views[:, :, 0] - views[:, :, -1]).abs().max()) < 1e-5


def test_a_crop_shows_a_part_of_the_image() -> None:
    """On a ramp from left to right a crop shows a shorter ramp; its share is bounded by the configuration."""
    ramp = torch.linspace(0, 255, 64).round().to(torch.uint8).view(1, 1, 1, 64).expand(256, 3, 64, 64)
    views = views_of(ramp, 64, smallest_crop=0.2)
    shown = (views.amax(dim=(1, 2, 3)) - views.amin(dim=(1, 2, 3))).clamp(max=1)
    assert 0.3 < float(shown.min()) < 0.5  # sqrt(0.2 * 3 / 4) = 0.39 is the narrowest
    assert float(shown.max()) > 0.95


def test_grey_views_have_equal_channels_of_the_images_luma(pixels: torch.Tensor) -> None:
    grey, colour = views_of(pixels, 32, greyscale=1.0), views_of(pixels, 32)
    torch.testing.assert_close(grey[:, 0], grey[:, 1], atol=1e-3, rtol=0)
    luma = (colour * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(dim=1)
    torch.testing.assert_close(grey[:, 0], luma, atol=2e-3, rtol=0)


def test_colour_jitter_changes_colours_within_its_strength() -> None:
    flat = torch.full((512, 3, 16, 16), 100, dtype=torch.uint8)
    values = views_of(flat, 16, colour_jitter=1.0)[:, 0, 0, 0] * 255
    # A flat grey image shows brightness alone: 0.6 to 1.4 times 100.
    assert 60 <= float(values.min()) < 65
    assert 135 < float(values.max()) <= 140.5


def test_views_of_a_part_are_those_of_the_whole_batch(pixels: torch.Tensor) -> None:
    """Blur included, at a size where it is seen."""

    def views(world: World) -> torch.Tensor:
        part = Photos.of(pixels[world.part(8)])
        return Views(Augmentation(), 112, world)(part, torch.Generator().manual_seed(3))

    parts = torch.cat([views(World(rank, 8)) for rank in range(8)])
    torch.testing.assert_close(parts, views(ALONE))


def test_hue_turns_as_in_hsv_for_small_angles() -> None:
    """A turn by a tenth of the circle moves red towards yellow and keeps grey grey."""
    matrix = colour_matrix(torch.ones(2), torch.tensor([0.1, -0.1]) * 2 * torch.pi)
    red = (matrix @ torch.tensor([0.8, 0.3, 0.3])).clamp(0, 1)
    hues = [colorsys.rgb_to_hsv(*colour.tolist())[0] for colour in red]
    assert min(abs(hues[0] - 0.1), abs(hues[1] - 0.1)) < 0.05
    assert min(abs(hues[0] - 0.9), abs(hues[1] - 0.9)) < 0.05
    torch.testing.assert_close(matrix @ torch.full((3,), 0.4), torch.full((2, 3), 0.4), atol=1e-3, rtol=0)


def test_blur_is_scipys_for_each_sigma() -> None:
    images = torch.rand(2, 3, 40, 40)
    sigma = torch.tensor([0.8, 2.0])
    blurred = gaussian_blur(images, sigma, float(sigma.max()))
    for image, result, width in zip(images, blurred, sigma.tolist(), strict=True):
        for channel, seen in zip(image.numpy(), result.numpy(), strict=True):
            expected = gaussian_filter(channel, width, mode="mirror", radius=6)
            np.testing.assert_allclose(seen, expected, atol=1e-5)


def test_blur_shrinks_with_the_image(pixels: torch.Tensor) -> None:
    assert torch.equal(views_of(pixels, 32, blur=1.0), views_of(pixels, 32))
    assert not torch.equal(views_of(pixels, 224, blur=1.0), views_of(pixels, 224))
