"""The public data sets that experiments name: one row each, with split, classes, counts and metric."""

from dataclasses import dataclass
from typing import Literal

from ml.datasets.arrays import UNLABELLED, Cifar, Stl10
from ml.datasets.class_folders import Drawn, ImageNet
from ml.datasets.layout import Layout
from ml.datasets.listed import Dtd, Food101, Pets, Sun397


@dataclass(frozen=True)
class Dataset:
    """`parts` says how many images each part has. `pool`, `test` and `source` name parts.

    `pool` is what is labelled and finetuned on, and the target of a pretraining; `test` measures; `source` is
    what a pretraining takes without labels. `torchvision` is the class that downloads the files; `split` says
    in words where the parts come from, `licence` on what terms the images may be used.
    """

    name: str
    title: str
    torchvision: str
    layout: Layout
    classes: int
    parts: dict[str, int]
    pool: tuple[str, ...]
    test: tuple[str, ...]
    source: tuple[str, ...]
    split: str
    licence: str
    metric: Literal["top1", "mean_class"] = "top1"


_TRAIN, _TEST, _VAL = ("train",), ("test",), ("val",)
_CIFAR_10_FILES = (("train", tuple(f"data_batch_{n}" for n in range(1, 6))), ("test", ("test_batch",)))
_CIFAR_10 = Cifar("cifar-10-batches-py", _CIFAR_10_FILES, "batches.meta", "labels", "label_names")
_CIFAR_100_FILES = (("train", ("train",)), ("test", ("test",)))
_CIFAR_100 = Cifar("cifar-100-python", _CIFAR_100_FILES, "meta", "fine_labels", "fine_label_names")

_ROWS = (
    Dataset(
        "dtd", "DTD", "DTD", Dtd(), 47, {"train": 1880, "val": 1880, "test": 1880},
        ("train", "val"), _TEST, ("train", "val"),
        "partition 1 of 10; pool: train + val, 80 images a class; test: 40 a class", "for research",
    ),
    Dataset(
        "food101", "Food-101", "Food101", Food101(), 101, {"train": 75_750, "test": 25_250},
        _TRAIN, _TEST, _TRAIN,
        "the official one: 750 + 250 images a class; the training labels are noisy on purpose",
        "images of foodspotting.com, for research",
    ),
    Dataset(
        "sun397", "SUN397", "SUN397", Sun397(), 397, {"train": 19_850, "test": 19_850},
        _TRAIN, _TEST, _TRAIN,
        "the official partition 1 of 10, 50 + 50 images a class, from Training_01.txt and Testing_01.txt",
        "for research; images belong to their owners",
    ),
    Dataset(
        "caltech101", "Caltech-101", "Caltech101",
        Drawn("caltech101/101_ObjectCategories", 30, left_out=("BACKGROUND_Google",)),
        101, {"train": 3030, "test": 5647}, _TRAIN, _TEST, _TRAIN,
        "ours: 30 images a class by seed 0, the rest is the test; BACKGROUND_Google is no class",
        "CC BY 4.0", "mean_class",
    ),
    Dataset(
        "stl10", "STL-10", "STL10", Stl10(), 10, {"train": 5000, "test": 8000, UNLABELLED: 100_000},
        _TRAIN, _TEST, (UNLABELLED,),
        "the official one; pool and target: the 5,000 labelled images; source: the 100,000 unlabelled ones, "
        "which come from more classes",
        "images of ImageNet: for research, not commercial",
    ),
    Dataset(
        "cifar10", "CIFAR-10", "CIFAR10", _CIFAR_10, 10, {"train": 50_000, "test": 10_000},
        _TRAIN, _TEST, _TRAIN, "the official one", "none stated",
    ),
    Dataset(
        "cifar100", "CIFAR-100", "CIFAR100", _CIFAR_100, 100, {"train": 50_000, "test": 10_000},
        _TRAIN, _TEST, _TRAIN, "the official one, with the 100 fine labels", "none stated",
    ),
    Dataset(
        "eurosat", "EuroSAT (RGB)", "EuroSAT", Drawn("eurosat/2750", 0.8), 10,
        {"train": 21_600, "test": 5400}, _TRAIN, _TEST, _TRAIN,
        "ours, as none is official: 80 % of each class by seed 0, the rest are the test", "MIT",
    ),
    Dataset(
        "pets37", "Oxford-IIIT Pets", "OxfordIIITPet", Pets(), 37, {"trainval": 3680, "test": 3669},
        ("trainval",), _TEST, ("trainval",),
        "the official one: trainval and test", "CC BY-SA 4.0", "mean_class",
    ),
    Dataset(
        "imagenet", "ImageNet-1k", "ImageNet", ImageNet(), 1000, {"train": 1_281_167, "val": 50_000},
        _TRAIN, _VAL, _TRAIN, "ILSVRC2012: train, and val as the test", "for research, not commercial",
    ),
    Dataset(
        "imagenet100", "ImageNet-100", "ImageNet", ImageNet("imagenet100.txt"), 100,
        {"train": 126_689, "val": 5000}, _TRAIN, _VAL, _TRAIN,
        "the classes that imagenet100.txt lists; the paper names none, that of CMC (Tian et al.) is meant",
        "for research, not commercial",
    ),
)  # fmt: skip
DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in _ROWS}
TARGETS: tuple[str, ...] = tuple(name for name in DATASETS if not name.startswith("imagenet"))
"""The paper's nine."""
