"""Sources: every kind gives the same kind of images, in a fixed order, and says plainly when it cannot."""

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.config import DatasetSource, FolderSource, TorchvisionSource, ZipSource
from ml.errors import UnusableInputError
from ml.messages import FilesSource, ImageFile, ImageSource, SourceRequest
from ml.pretraining.sources import count_images, open_source
from ml.progress import no_progress


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three images in two sub-folders, and a file that is none."""
    for name, level in (("a/1.png", 10), ("a/2.PNG", 20), ("b/3.jpg", 30)):
        path = tmp_path / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (12, 10), level).save(path)
    (tmp_path / "images" / "notes.txt").write_text("not an image")
    return tmp_path / "images"


def levels(source: ImageSource, cache: Path) -> list[int]:
    """Return the mean grey level of each image of the source."""
    images = open_source(source, cache)
    return [round(float(images.pixels(index, 8).mean())) for index in range(len(images))]


def test_folder_zip_and_paths_give_the_same_images(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "images.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*.*"), reverse=True):
            file.write(path, f"inside/{path.relative_to(folder)}")
    paths = [str(folder / name) for name in ("a/1.png", "a/2.PNG", "b/3.jpg")]
    expected = [10, 20, 30]
    assert levels(FolderSource(path=str(folder)), tmp_path) == expected
    assert levels(ZipSource(path=str(archive), folder="inside"), tmp_path) == expected
    assert levels(ZipSource(path=str(archive)), tmp_path) == expected
    assert levels(FilesSource(paths=paths), tmp_path) == expected


def test_a_changed_file_has_another_name(folder: Path) -> None:
    images = open_source(FolderSource(path=str(folder)), folder)
    before = images.name(0)
    Image.new("L", (30, 30), 200).save(folder / "a" / "1.png")
    assert images.name(0) != before


def test_scikit_learns_digits_are_the_librarys(tmp_path: Path) -> None:
    from sklearn.datasets import load_digits  # noqa: PLC0415  (slow to import)

    images = open_source(DatasetSource(), tmp_path)
    assert len(images) == 1797
    expected = np.round(load_digits().images[5] * 255 / 16)
    np.testing.assert_array_equal(images.pixels(5, 8)[..., 0], expected)


def test_the_digits_to_label_are_a_source_without_their_test_part(tmp_path: Path) -> None:
    assert len(open_source(DatasetSource(name="mnist-5000"), tmp_path)) == 4000


def test_a_torchvision_data_set_is_read_from_where_it_was_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml.encoders import torchvision_operators  # noqa: PLC0415

    torchvision_operators.declare_missing()
    from torchvision import datasets  # noqa: PLC0415  (slow to import)

    folder = tmp_path / "torchvision" / datasets.CIFAR10.base_folder
    folder.mkdir(parents=True)
    rows = np.arange(2, dtype=np.uint8).repeat(3072).reshape(2, 3072) * 50
    for name, _ in datasets.CIFAR10.train_list:
        (folder / name).write_bytes(pickle.dumps({"data": rows, "labels": [0, 1]}))
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": ["a", "b"]}))
    monkeypatch.setattr("torchvision.datasets.cifar.check_integrity", lambda *_words: True)
    assert levels(TorchvisionSource(name="CIFAR10"), tmp_path) == [0, 50] * 5


@pytest.mark.parametrize("dataset", ["CIFAR10", "FashionMNIST"])
def test_a_data_set_that_cannot_be_downloaded_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: str
) -> None:
    monkeypatch.setattr("urllib.request._opener", None)  # it keeps the proxies of the first request
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    told = rf"^could not download {dataset}: no connection to [\w.-]+\.\w+ \(Connection refused\)$"
    with pytest.raises(UnusableInputError, match=told):
        open_source(TorchvisionSource(name=dataset), tmp_path)


def test_counting(folder: Path, tmp_path: Path) -> None:
    request = SourceRequest(source=FolderSource(path=str(folder)), cache_directory=tmp_path)
    assert count_images(request, no_progress).images == 3


@pytest.mark.parametrize("what", ["missing", "empty", "broken zip"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, what: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"no zip")
    source: ImageSource = {
        "missing": FolderSource(path=str(tmp_path / "nowhere")),
        "empty": FolderSource(path=str(tmp_path / "empty")),
        "broken zip": ZipSource(path=str(tmp_path / "broken.zip")),
    }[what]
    with pytest.raises(UnusableInputError):
        count_images(SourceRequest(source=source, cache_directory=tmp_path), no_progress)


def test_the_order_is_that_of_the_names(colour_images: Callable[[str, int], list[ImageFile]]) -> None:
    paths = [image.path for image in colour_images("order", 3)]
    images = open_source(FilesSource(paths=paths[::-1]), Path())
    assert [images.name(index).split()[0] for index in range(3)] == paths[::-1]
