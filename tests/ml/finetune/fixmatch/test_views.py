"""Weak and strong views: what they keep, and that each image has chance of its own."""

import pytest
import torch

from ml.encoders import torchvision_operators
from ml.finetune.fixmatch.rand_augment import GREY, OPERATIONS, autocontrast, equalise, posterise, solarise
from ml.finetune.fixmatch.views import cutout, reflected, strong, weak

torchvision_operators.declare_missing()
from torchvision.transforms.v2 import functional  # noqa: E402  (needs what is declared above)


def chance(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def images(count: int = 6, side: int = 16) -> torch.Tensor:
    return torch.rand(count, 3, side, side, generator=chance(9))


def test_positions_outside_are_seen_in_a_mirror() -> None:
    assert reflected(torch.tensor([-2, -1, 0, 3, 4, 5]), 4).tolist() == [2, 1, 0, 3, 2, 1]


@pytest.mark.parametrize("flip", [True, False])
def test_weak_views_are_shifted_by_an_eighth_at_most_and_mirrored_on_demand(flip: bool) -> None:
    side = 16
    columns = torch.arange(side).float().expand(64, 1, side, side)
    seen = weak(columns, chance(), flip=flip)[:, 0]
    assert (seen[:, :1] == seen).all()  # rows are alike, wherever they are taken from
    middle = seen[:, 0, 7] - seen[:, 0, 8]
    assert set(middle.tolist()) == ({1.0, -1.0} if flip else {-1.0})
    unmirrored = seen[middle < 0][:, 0, 8] - 8
    assert set(unmirrored.tolist()) == {-2, -1, 0, 1, 2}


def test_equalising_spreads_what_there_is_evenly() -> None:
    """Four levels, each a quarter of the image, become four levels at equal distances."""
    quarters = torch.tensor([0.1, 0.12, 0.5, 0.52]).repeat_interleave(4).expand(1, 3, 16, 16)
    found = equalise(quarters, torch.zeros(1))
    assert found[0, 0, 0, ::4].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1], abs=1e-6)
    flat = torch.full((1, 3, 4, 4), 0.4)
    assert torch.allclose(equalise(flat, torch.zeros(1)), flat, atol=1e-6)


def test_posterising_is_torchvisions() -> None:
    pixels = (images() * 200).to(torch.uint8)
    four = posterise(pixels.float() / 255, torch.zeros(6))
    assert torch.equal((four * 255).round().to(torch.uint8), functional.posterize(pixels, 4))


def test_other_operations_do_what_they_are_named_for() -> None:
    stretched = autocontrast(images() / 2 + 0.2, torch.zeros(6))
    assert torch.allclose(stretched.amax(dim=(2, 3)), torch.ones(6, 3))
    assert float(stretched.min()) == 0
    assert torch.equal(solarise(images(), torch.full((6,), 2.0)), images())
    assert torch.allclose(solarise(images(), torch.zeros(6)), 1 - images())


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.__name__)
def test_every_operation_treats_each_image_for_itself(operation: object) -> None:
    strength = torch.linspace(0.1, 0.9, 6)
    together = operation(images(), strength)  # type: ignore[operator]
    alone = operation(images()[2:3], strength[2:3])  # type: ignore[operator]
    assert torch.allclose(together[2:3], alone, atol=1e-5)
    assert torch.isfinite(together).all()


def test_a_cutout_is_grey_and_at_most_half_the_side() -> None:
    cut = cutout(torch.zeros(200, 3, 16, 16), chance())
    sizes = (cut[:, 0] == GREY).sum(dim=(1, 2))
    assert set(cut.unique().tolist()) == {0.0, GREY}
    assert 16 < int(sizes.max()) <= 64


def test_strong_views_repeat_with_their_seed() -> None:
    first, again = (strong(images(), chance(), flip=True) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, strong(images(), chance(1), flip=True))
    assert first.min() >= 0
    assert first.max() <= 1
