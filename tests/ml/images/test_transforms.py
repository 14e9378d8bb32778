"""Images become upright RGB pixels whatever they are stored as."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.errors import UnusableInputError
from ml.images.dataset import read_image
from ml.images.transforms import Framing, TrainingCrop, load_pixels
from ml.lab.collections import folder_paths
from ml.pretraining.sources import folder_images

SIDE = 8


def left_red() -> Image.Image:
    """Return a 32 x 16 image whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (32, 16), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 16, 16))
    return image


def rotated(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    left_red().rotate(90, expand=True).save(path, exif=exif)


def transparent(path: Path) -> None:
    image = left_red().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    image.save(path)


@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        ("rotated.png", rotated, (255, 0, 0)),
        ("plain.png", lambda path: left_red().save(path), (255, 0, 0)),
        ("transparent.png", transparent, (255, 255, 255)),
        ("grey.png", lambda path: Image.new("L", (20, 20), 77).save(path), (77, 77, 77)),
        ("palette.gif", lambda path: left_red().quantize(4).save(path), (255, 0, 0)),
        ("print.jpg", lambda path: Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(path), (254, 0, 0)),
    ],
)
def test_first_pixel(
    tmp_path: Path, name: str, write: Callable[[Path], None], expected: tuple[int, int, int]
) -> None:
    write(tmp_path / name)
    image = read_image(str(tmp_path / name))
    assert image.mode == "RGB"
    np.testing.assert_allclose(np.asarray(image)[1, 1], expected, atol=2)


def test_small_images_grow_and_large_ones_shrink_to_the_centre(tmp_path: Path) -> None:
    left_red().save(tmp_path / "small.png")
    left_red().resize((3200, 1600)).save(tmp_path / "large.jpg", quality=95)
    for name, size in (("small.png", 64), ("large.jpg", SIDE)):
        pixels = load_pixels(str(tmp_path / name), size)
        assert pixels.shape == (size, size, 3)
        np.testing.assert_allclose(pixels[size // 2, 0], (255, 0, 0), atol=12)
        np.testing.assert_allclose(pixels[size // 2, -1], (0, 0, 255), atol=12)


def test_members_of_a_zip_are_read_in_place(tmp_path: Path) -> None:
    left_red().save(tmp_path / "a.png")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.write(tmp_path / "a.png", "train/red/a.png")
    inside = load_pixels(f"{tmp_path}/set.zip::train/red/a.png", SIDE)
    np.testing.assert_array_equal(inside, load_pixels(str(tmp_path / "a.png"), SIDE))


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("no image")
    with pytest.raises(OSError, match="cannot identify"):
        read_image(str(tmp_path / "note.png"))
    with pytest.raises(UnusableInputError, match="zip"):
        read_image(f"{tmp_path}/note.png::a.png")


def test_training_views_differ_and_repeat_with_the_seed(tmp_path: Path) -> None:
    left_red().save(tmp_path / "a.png")
    crops = [TrainingCrop(SIDE, np.random.default_rng(5), flip=True) for _ in range(2)]
    first, second = ([crop(str(tmp_path / "a.png")) for _ in range(6)] for crop in crops)
    np.testing.assert_array_equal(first, second)
    assert len({view.tobytes() for view in first}) > 1


def test_phone_photos_are_found_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    for name in ("a.heic", "b.HEIF", "c.avif", "d.txt"):
        (tmp_path / "cat" / name).touch()
    found = [Path(path).name for path in folder_images(tmp_path)]
    assert found == ["a.heic", "b.HEIF", "c.avif"]
    assert [Path(path).name for _, path in folder_paths(tmp_path)] == found


@pytest.mark.parametrize("flip", [True, False])
def test_training_views_are_mirrored_only_where_asked(tmp_path: Path, flip: bool) -> None:
    left_red().save(tmp_path / "a.png")
    crop = TrainingCrop(SIDE, np.random.default_rng(5), flip=flip)
    views = [crop(str(tmp_path / "a.png")) for _ in range(40)]
    mirrored = [int(view[:, 0, 2].sum()) > int(view[:, -1, 2].sum()) for view in views]
    assert any(mirrored) == flip


def test_framing_keeps_the_middle_or_squashes(tmp_path: Path) -> None:
    """Of 32 x 16 pixels, half of the shorter side is 8 x 8 in the middle; squashed, all 32 columns stay."""
    image = Image.new("RGB", (32, 16), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 12, 16))
    image.save(tmp_path / "a.png")
    middle = load_pixels(str(tmp_path / "a.png"), 8, Framing(interpolation="nearest", kept=0.5))
    np.testing.assert_array_equal(middle, np.asarray(image)[4:12, 12:20])
    squashed = load_pixels(str(tmp_path / "a.png"), 16, Framing(interpolation="nearest", squashed=True))
    np.testing.assert_array_equal(squashed[:, :6], np.asarray(image)[:, 0:12:2])
    assert (squashed[:, 6:] == (0, 0, 255)).all()
