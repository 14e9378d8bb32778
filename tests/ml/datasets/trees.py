"""Tiny trees in the layout of each public data set; every image is a 12 x 10 file of one grey level."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 32 * 32


def photo(path: Path, level: int = 0) -> None:
    """Write a small image."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (12, 10), level).save(path, "JPEG")


def text(path: Path, *lines: str) -> None:
    """Write lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))


def dtd(root: Path) -> None:
    for part, level in (("train", 10), ("val", 20), ("test", 30)):
        names = [f"{texture}/{texture}_{level:04}.jpg" for texture in ("banded", "dotted")]
        text(root / "dtd" / "dtd" / "labels" / f"{part}1.txt", *names)
        text(root / "dtd" / "dtd" / "labels" / f"{part}2.txt", "banded/other.jpg")
        for name in names:
            photo(root / "dtd" / "dtd" / "images" / name, level)


def food101(root: Path) -> None:
    for part, numbers in (("train", (1, 2, 3)), ("test", (4,))):
        found = {food: [f"{food}/{number}" for number in numbers] for food in ("pizza", "apple_pie")}
        text(root / "food-101" / "meta" / f"{part}.json", json.dumps(found))
        for names in found.values():
            for name in names:
                photo(root / "food-101" / "images" / f"{name}.jpg")


def pets37(root: Path) -> None:
    home = root / "oxford-iiit-pet"
    lines = {
        "trainval": ["great_pyrenees_1 2 2 1", "Abyssinian_100 1 1 1"],
        "test": ["great_pyrenees_12 2 2 1"],
    }
    for part, listed in lines.items():
        text(home / "annotations" / f"{part}.txt", "#Image CLASS-ID SPECIES BREED ID", *listed)
        for line in listed:
            photo(home / "images" / f"{line.split()[0]}.jpg")


def sun397(root: Path) -> None:
    lists = {
        "Training_01": ["/a/abbey/sun_aa.jpg", "/a/apartment_building/outdoor/sun_ab.jpg"],
        "Testing_01": ["/a/abbey/sun_ac.jpg"],
    }
    for name, listed in lists.items():
        text(root / "SUN397" / "Partitions" / f"{name}.txt", *listed)
        for line in listed:
            photo(root / "SUN397" / line.strip("/"))
    photo(root / "SUN397" / "a" / "abbey" / "sun_in_no_list.jpg")


def caltech101(root: Path) -> None:
    home = root / "caltech101" / "101_ObjectCategories"
    for category, count in (("ant", 33), ("wrench", 31), ("BACKGROUND_Google", 2)):
        for number in range(1, count + 1):
            photo(home / category / f"image_{number:04}.jpg")


def eurosat(root: Path) -> None:
    for category in ("Forest", "River"):
        for number in range(1, 11):
            photo(root / "eurosat" / "2750" / category / f"{category}_{number}.jpg")


def cifar(home: Path, files: dict[str, list[int]], meta: tuple[str, str], labels: str) -> None:
    """Write batches as published: row `n` of a file has the level 10 n, and its label."""
    home.mkdir(parents=True)
    for name, truth in files.items():
        rows = np.arange(len(truth), dtype=np.uint8)[:, None].repeat(3 * SIDE, axis=1) * 10
        rows[:, :SIDE] = 200  # red comes first
        (home / name).write_bytes(pickle.dumps({"data": rows, labels: truth}, protocol=2))
    (home / meta[0]).write_bytes(pickle.dumps({meta[1]: ["plane", "car"]}, protocol=2))


def cifar10(root: Path) -> None:
    files = {f"data_batch_{number}": [0, 1] for number in range(1, 6)} | {"test_batch": [1]}
    cifar(root / "cifar-10-batches-py", files, ("batches.meta", "label_names"), "labels")


def cifar100(root: Path) -> None:
    cifar(
        root / "cifar-100-python", {"train": [0, 1], "test": [1]}, ("meta", "fine_label_names"), "fine_labels"
    )


def stl10(root: Path) -> None:
    home = root / "stl10_binary"
    text(home / "class_names.txt", "airplane", "bird")
    for part, labels in (("train", [2, 1]), ("test", [2]), ("unlabeled", [0, 0, 0])):
        images = np.zeros((len(labels), 3, 96, 96), dtype=np.uint8)
        images[:, :, 5] = 250  # the sixth column of each image, as columns come first
        images.tofile(home / f"{part}_X.bin")
        if part != "unlabeled":
            np.array(labels, dtype=np.uint8).tofile(home / f"{part}_y.bin")


def imagenet(root: Path) -> None:
    for part, count in (("train", 2), ("val", 1)):
        for wnid in ("n01440764", "n01443537"):
            for number in range(count):
                photo(root / "imagenet" / part / wnid / f"{wnid}_{number}.JPEG")


def imagenet100(root: Path) -> None:
    imagenet(root)
    text(root / "imagenet" / "imagenet100.txt", "n01443537")


TREES: dict[str, Callable[[Path], None]] = {
    tree.__name__: tree
    for tree in (
        *(dtd, food101, pets37, sun397, caltech101, eurosat),
        *(cifar10, cifar100, stl10, imagenet, imagenet100),
    )
}
"""What writes the tree of each data set below a root."""
SIZES: dict[str, dict[str, int]] = {
    "dtd": {"train": 2, "val": 2, "test": 2},
    "food101": {"train": 6, "test": 2},
    "pets37": {"trainval": 2, "test": 1},
    "sun397": {"train": 2, "test": 1},
    "caltech101": {"train": 60, "test": 4},
    "eurosat": {"train": 16, "test": 4},
    "cifar10": {"train": 10, "test": 1},
    "cifar100": {"train": 2, "test": 1},
    "stl10": {"train": 2, "test": 1, "unlabelled": 3},
    "imagenet": {"train": 4, "val": 2},
    "imagenet100": {"train": 2, "val": 1},
}
"""Images of each part of the trees."""
CLASSES = dict.fromkeys(TREES, 2) | {"imagenet100": 1}
