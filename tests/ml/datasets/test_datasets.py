"""The public data sets: each is read from a tiny tree of its real layout, and checked by `eigenlab data`."""

import os
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from ml.datasets.locations import FOLDER
from ml.datasets.table import DATASETS, TARGETS
from ml.errors import UnusableInputError
from ml.images.dataset import read_image
from ml.lab import cli
from ml.lab.collections import Collection, read_collection
from ml.lab.pretraining import source_at, target_at
from ml.messages import FilesSource
from tests.ml.datasets.trees import CLASSES, SIZES, TREES, photo

NAMES = sorted(TREES)


def data(*words: str) -> Result:
    """Return what `eigenlab data` answered."""
    return CliRunner().invoke(cli.app, ["data", *words], catch_exceptions=False, terminal_width=200)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder for trees; the table expects what they have."""
    monkeypatch.delenv(FOLDER, raising=False)
    for name, dataset in DATASETS.items():
        monkeypatch.setitem(DATASETS, name, replace(dataset, parts=SIZES[name], classes=CLASSES[name]))
    return tmp_path / "data"


def read(name: str, use: str, root: Path) -> Collection:
    return read_collection(f"dataset:{name}@{root}", use, root.parent / "cache")  # type: ignore[arg-type]


def test_every_data_set_has_a_tree() -> None:
    assert sorted(DATASETS) == NAMES
    assert len(TARGETS) == 9


@pytest.mark.parametrize("name", NAMES)
def test_pool_test_and_source_are_read_from_the_real_layout(name: str, root: Path) -> None:
    TREES[name](root)
    row, cache = DATASETS[name], root.parent / "cache"
    pool, test = read(name, "pool", root), read(name, "test", root)
    assert len(pool.images) == sum(SIZES[name][part] for part in row.pool)
    assert len(test.images) == sum(SIZES[name][part] for part in row.test)
    assert len(pool.categories) == CLASSES[name]
    test.truth(pool.categories)
    assert not {image.path for image in pool.images} & {image.path for image in test.images}
    for image in pool.images + test.images:
        read_image(image.path)
    source = source_at(f"dataset:{name}@{root}", cache)
    assert isinstance(source, FilesSource)
    assert len(source.paths) == sum(SIZES[name][part] for part in row.source)
    assert target_at(f"dataset:{name}@{root}", cache).paths == [image.path for image in pool.images]


@pytest.mark.parametrize("name", NAMES)
def test_check_says_what_is_there(name: str, root: Path) -> None:
    words = ("check", name, "--data", str(root), "--cache", str(root.parent / "cache"))
    absent = data(*words)
    assert absent.exit_code == 2
    assert "missing:" in absent.stdout
    TREES[name](root)
    whole = data(*words)
    assert (whole.exit_code, whole.stdout.splitlines()[-1]) == (0, "  complete"), whole.stdout
    for part, count in SIZES[name].items():
        assert f"{part}: {count} of {count} images" in whole.stdout


def test_check_names_absent_and_unreadable_files(root: Path) -> None:
    TREES["dtd"](root)
    images = root / "dtd" / "dtd" / "images"
    (images / "banded" / "banded_0010.jpg").unlink()
    (images / "dotted" / "dotted_0030.jpg").write_bytes(b"no image")
    whole = images / "dotted" / "dotted_0020.jpg"
    Image.effect_noise((200, 200), 90).save(whole)
    whole.write_bytes(whole.read_bytes()[:-5000])
    found = data("check", "dtd", "--data", str(root))
    assert found.exit_code == 2
    assert "train: 1 of 2 images" in found.stdout
    assert f"not there: {images}/banded/banded_0010.jpg" in found.stdout
    assert f"cannot be read: {images}/dotted/dotted_0030.jpg" in found.stdout
    assert "dotted_0020" not in found.stdout
    assert "dotted_0020" in data("check", "dtd", "--data", str(root), "--decode").stdout


def test_check_counts_against_what_is_published(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    TREES["eurosat"](root)
    photo(root / "eurosat" / "2750" / "Lake" / "Lake_1.jpg")
    found = data("check", "eurosat", "--data", str(root))
    assert found.exit_code == 2
    assert "train: 17 of 16 images" in found.stdout
    assert "classes: 3 of 2" in found.stdout


def test_the_published_counts() -> None:
    """Pool and test images of the nine targets, as their authors publish them."""
    counts = {
        name: tuple(sum(row.parts[part] for part in parts) for parts in (row.pool, row.test))
        for name, row in DATASETS.items()
    }
    assert counts["dtd"] == (47 * 80, 47 * 40)
    assert counts["sun397"] == (397 * 50, 397 * 50)
    assert counts["food101"] == (101 * 750, 101 * 250)
    assert counts["caltech101"] == (101 * 30, 8677 - 3030)
    assert sum(counts["eurosat"]) == 27_000
    assert {name for name, row in DATASETS.items() if row.metric == "mean_class"} == {"pets37", "caltech101"}


def test_classes_are_those_of_the_authors(root: Path) -> None:
    for name in ("pets37", "sun397", "caltech101", "stl10"):
        TREES[name](root)
    assert read("pets37", "pool", root).categories == ["Abyssinian", "great_pyrenees"]
    assert read("sun397", "pool", root).categories == ["abbey", "apartment_building/outdoor"]
    assert read("caltech101", "pool", root).categories == ["ant", "wrench"]
    assert read("stl10", "pool", root).classes == ["airplane", "bird"]


def test_a_drawn_split_does_not_depend_on_where_it_lies(root: Path) -> None:
    names = []
    for folder in (root, root / "elsewhere"):
        TREES["caltech101"](folder)
        names.append([Path(image.path).name for image in read("caltech101", "test", folder).images])
    assert names[0] == names[1] == ["image_0012.jpg", "image_0022.jpg", "image_0031.jpg", "image_0006.jpg"]


def test_pixels_of_arrays_keep_their_places(root: Path) -> None:
    TREES["cifar10"](root)
    TREES["stl10"](root)
    second = np.asarray(read_image(read("cifar10", "pool", root).images[0].path))
    assert second.shape == (32, 32, 3)
    assert (second == [200, 10, 10]).all()
    bird = np.asarray(read_image(read("stl10", "test", root).images[0].path))
    assert (bird[:, 5] == 250).all()
    assert (np.delete(bird, 5, axis=1) == 0).all()


def test_arrays_are_written_again_when_they_change(root: Path) -> None:
    TREES["cifar10"](root)
    assert len(read("cifar10", "test", root).images) == 1
    batch = root / "cifar-10-batches-py" / "test_batch"
    content = pickle.loads(batch.read_bytes())
    content["data"], content["labels"] = np.tile(content["data"], (2, 1)), content["labels"] * 2
    batch.write_bytes(pickle.dumps(content))
    assert len(read("cifar10", "test", root).images) == 2


class Bomb:
    """Runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.path}",)


def test_a_pickle_that_runs_something_is_refused(root: Path) -> None:
    TREES["cifar10"](root)
    trace = root / "executed"
    (root / "cifar-10-batches-py" / "test_batch").write_bytes(pickle.dumps(Bomb(trace)))
    with pytest.raises(UnusableInputError, match="test_batch is not a file of CIFAR's"):
        read("cifar10", "test", root)
    assert not trace.exists()
    assert "test_batch is not a file of CIFAR's" in data("check", "cifar10", "--data", str(root)).stdout


def test_a_part_can_be_named(root: Path) -> None:
    TREES["dtd"](root)
    TREES["stl10"](root)
    cache = root.parent / "cache"
    assert len(read_collection(f"dataset:dtd:val@{root}", "pool", cache).images) == 2
    assert len(target_at(f"dataset:stl10:unlabelled@{root}", cache).paths) == 3
    with pytest.raises(UnusableInputError, match="stl10:unlabelled has no labels"):
        read_collection(f"dataset:stl10:unlabelled@{root}", "pool", cache)


def test_the_folder_comes_from_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    TREES["dtd"](root)
    monkeypatch.setenv(FOLDER, str(root))
    assert len(read_collection("dataset:dtd", "test", root.parent).images) == 2


def test_imagenet_may_be_the_folder_itself(root: Path) -> None:
    TREES["imagenet"](root)
    assert len(read("imagenet", "pool", root / "imagenet").images) == 4


def test_imagenets_val_without_class_folders_is_refused(root: Path) -> None:
    TREES["imagenet"](root)
    photo(root / "imagenet" / "flat" / "val" / "ILSVRC2012_val_00000001.JPEG")
    (root / "imagenet" / "flat" / "train").mkdir()
    with pytest.raises(UnusableInputError, match="in one a class"):
        read("imagenet", "test", root / "imagenet" / "flat")


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("dataset:mnist", "there is no data set mnist, but dtd, "),
        ("dataset:dtd:validation", "dtd has no part validation, but train, val, test"),
        ("dataset:sun397", "sun397 is not complete in .*: Partitions/Training_01.txt is missing"),
    ],
)
def test_what_is_not_there_is_said(location: str, message: str, root: Path) -> None:
    with pytest.raises(UnusableInputError, match=message):
        read_collection(location, "pool", root)


def test_the_list_is_a_table_of_all() -> None:
    lines = data("list").stdout.splitlines()
    assert lines[2].startswith("| dtd | 3,760 | 1,880 | 47 | top-1 | partition 1")
    assert len(lines) == 2 + len(DATASETS)


def test_a_grid_and_a_simulation_take_data_sets(root: Path, tmp_path: Path) -> None:
    for number in range(1, 7):
        photo(root / "eurosat" / "2750" / "Forest" / f"{number}.jpg", 200)
        photo(root / "eurosat" / "2750" / "River" / f"{number}.jpg", 20)
    grid = tmp_path / "grid.toml"
    grid.write_text(
        'image_size = 32\nseeds = [0]\nschedules = [[1]]\nat = [0, 1]\nstrategies = [{kind = "random"}]\n'
        'collections = [{name = "eurosat", pool = "dataset:eurosat", test = "dataset:eurosat"}]\n'
    )
    words = ["run", str(grid), "--data", str(root), "--cache", str(tmp_path / "cache")]
    result = CliRunner().invoke(cli.app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "100.0 ± 0.0" in result.output
    assert '"pool": "dataset:eurosat"' in next((tmp_path / "grid").glob("*.json")).read_text()


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [
        ("cifar10", "cifar-10-batches-py/data_batch_2", "data_batch_2 is not a file of CIFAR's"),
        ("stl10", "stl10_binary/train_X.bin", "train_X.bin does not hold STL-10's images"),
        ("food101", "food-101/meta/train.json", "train.json cannot be read as a list"),
    ],
)
def test_a_truncated_file_is_named(name: str, file: str, message: str, root: Path) -> None:
    TREES[name](root)
    content = (root / file).read_bytes()
    (root / file).write_bytes(content[: len(content) // 3])
    with pytest.raises(UnusableInputError, match=message):
        read(name, "pool", root)
    assert not list((root.parent / "cache" / "datasets").glob("*.zip"))
