"""Downloading a data set by torchvision; what needs archives of one's own is unpacked from them."""

from pathlib import Path
from typing import Any

from ml.datasets.downloads import download_failure
from ml.datasets.table import Dataset
from ml.encoders import torchvision_operators
from ml.errors import UnusableInputError, first_line

UNPACKED = "ImageNet"


def download(dataset: Dataset, root: Path) -> None:
    """Put `dataset` below `root`, where it is not there yet.

    ImageNet cannot be downloaded: its archives are unpacked in `root/imagenet`, where they have to lie.
    Raises UnusableInputError where that fails.
    """
    torchvision_operators.declare_missing()
    from torchvision import datasets  # noqa: PLC0415  (slow, and only a download needs it)

    made: Any = getattr(datasets, dataset.torchvision)
    root.mkdir(parents=True, exist_ok=True)
    try:
        if dataset.torchvision == UNPACKED:
            for split in ("train", "val"):
                made(root=str(root / "imagenet"), split=split)
        else:
            made(root=str(root), download=True)
    except Exception as error:
        if dataset.torchvision == UNPACKED:
            raise UnusableInputError(first_line(error)) from error
        raise UnusableInputError(download_failure(dataset.title, error)) from error
