"""Crops are torchvision's, of the whole photo: their places by its own code, their pixels by its resizing."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.stats import ks_2samp

from ml.encoders import torchvision_operators
from ml.pretraining.crops import crop_boxes, crops
from ml.pretraining.photos import LONGEST, Photos, kept_of, kept_side, together
from ml.pretraining.sources import PathImages

torchvision_operators.declare_missing()

DRAWS = 4000


def random_photo(width: int, height: int) -> Image.Image:
    """Return noise."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("smallest", [0.08, 0.2])
@pytest.mark.parametrize(("height", "width"), [(32, 32), (320, 427), (46, 92)])
def test_boxes_have_torchvisions_distribution(height: int, width: int, smallest: float) -> None:
    """Two samples of each edge and side are alike by Kolmogorov and Smirnov; both are seeded."""
    from torchvision.transforms import RandomResizedCrop  # noqa: PLC0415  (slow to import)

    torch.manual_seed(3)
    image = torch.empty(3, height, width)
    reference = np.array(
        [RandomResizedCrop.get_params(image, [smallest, 1.0], [3 / 4, 4 / 3]) for _ in range(DRAWS)]
    )
    sizes = torch.tensor([[height, width]]).expand(DRAWS, 2)
    ours = crop_boxes(sizes, (smallest, 1.0), torch.Generator().manual_seed(4)).numpy()
    for column in range(4):
        assert ks_2samp(reference[:, column], ours[:, column]).pvalue > 0.01
    assert (ours[:, :2] >= 0).all()
    assert (ours[:, 0] + ours[:, 2] <= height).all()
    assert (ours[:, 1] + ours[:, 3] <= width).all()


def test_a_photo_that_no_crop_fits_is_shown_in_its_middle_as_torchvision_does() -> None:
    from torchvision.transforms import RandomResizedCrop  # noqa: PLC0415

    for height, width in ((10, 100), (100, 10)):
        reference = RandomResizedCrop.get_params(torch.empty(3, height, width), [0.9, 1.0], [3 / 4, 4 / 3])
        box = crop_boxes(torch.tensor([[height, width]]), (0.9, 1.0), torch.Generator().manual_seed(0))
        assert box[0].tolist() == list(reference)


def test_crops_of_a_mixed_batch_are_each_images_own_pixels_resized_bilinearly() -> None:
    from torchvision.transforms.functional import resized_crop  # noqa: PLC0415

    images = [np.asarray(random_photo(width, height)) for width, height in ((30, 20), (12, 40), (33, 33))]
    photos = together(images)
    assert photos.pixels.shape == (3, 3, 40, 33)
    boxes = torch.tensor([[5, 10, 15, 20], [0, 0, 40, 12], [32, 0, 1, 33]])
    mirrored = torch.tensor([False, True, False])
    views = crops(photos, boxes, mirrored, 16)
    for view, image, box, turned in zip(views, images, boxes.tolist(), mirrored.tolist(), strict=True):
        whole = torch.from_numpy(image.copy()).permute(2, 0, 1).float()
        expected = resized_crop(whole, *box, [16, 16], antialias=False) / 255
        torch.testing.assert_close(view, expected.flip(2) if turned else expected, atol=1e-4, rtol=0)


def test_both_ends_of_a_photo_are_in_its_views(tmp_path: Path) -> None:
    """A centre-cropped square lost an eighth of a 4:3 photo at either end: its blue and its red."""
    colours = np.zeros((300, 400, 3), dtype=np.uint8)
    colours[:, :45, 2] = colours[:, -45:, 0] = 255
    Image.fromarray(colours).save(tmp_path / "photo.png")
    kept = PathImages([str(tmp_path / "photo.png")]).pixels(0, 32)
    assert kept.shape == (46, 61, 3)
    photos = together([kept] * 400)
    boxes = crop_boxes(photos.sizes, (0.2, 1.0), torch.Generator().manual_seed(1))
    views = crops(photos, boxes, torch.zeros(400, dtype=torch.bool), 32)
    seen = (views.amax(dim=(2, 3)) > 0.9).float().mean(dim=0)
    assert float(seen[2]) > 0.2
    assert float(seen[0]) > 0.2


def test_few_crops_of_a_photo_at_224_are_enlarged() -> None:
    """From the square of 224 pixels that was kept before, every crop was."""
    kept = kept_of(random_photo(500, 375), 224)
    assert kept.shape == (320, 427, 3)
    boxes = crop_boxes(
        torch.tensor([kept.shape[:2]]).expand(DRAWS, 2), (0.2, 1.0), torch.Generator().manual_seed(2)
    )
    side = (boxes[:, 2] * boxes[:, 3]).double().sqrt()
    assert float((side < 224).double().mean()) < 0.4
    assert float(side.mean()) > 240


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((32, 32), (32, 32)),  # as they are: no image is enlarged
        ((40, 200), (40, 80)),
        ((64, 64), (46, 46)),
        ((500, 375), (61, 46)),
        ((375, 500), (46, 61)),
        ((4000, 500), (92, 46)),
        ((1, 9), (1, 2)),
    ],
)
def test_what_is_kept_of_an_image(size: tuple[int, int], kept: tuple[int, int]) -> None:
    height, width, _ = kept_of(random_photo(*size), 32).shape
    assert (width, height) == kept
    assert max(width, height) <= LONGEST * kept_side(32)


def test_images_of_one_size_are_one_batch() -> None:
    batch = Photos.of(torch.zeros(4, 3, 8, 6, dtype=torch.uint8))
    assert batch.sizes.tolist() == [[8, 6]] * 4
