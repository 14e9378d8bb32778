"""What the data sets of torchvision weigh."""

from typing import get_args

from app.deps import Principal
from app.downloads import DownloadOut, download_out
from ml.config import TorchvisionSource

MEGABYTES = {
    "CIFAR10": 170, "CIFAR100": 169, "STL10": 2_640, "EuroSAT": 94, "OxfordIIITPet": 811, "DTD": 625,
    "Food101": 4_996, "Flowers102": 345, "Caltech101": 146, "SUN397": 39_000, "SVHN": 182,
    "FGVCAircraft": 2_753, "MNIST": 12, "FashionMNIST": 31, "KMNIST": 21,
}  # fmt: skip
"""What is downloaded of each; unpacked it takes as much again."""
NAMES: tuple[str, ...] = get_args(TorchvisionSource.model_fields["name"].annotation)


def downloads(user: Principal) -> list[DownloadOut]:
    """Return the data sets that can be downloaded, how large they are, and whether `user` may."""
    return [download_out(name, dataset_bytes(name), user) for name in NAMES]


def dataset_bytes(name: str) -> int:
    """Return what is downloaded of a data set."""
    return MEGABYTES[name] * 10**6
