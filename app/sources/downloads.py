"""What the data sets of torchvision weigh, and who may have the server download which."""

from typing import get_args

from app.deps import Principal
from app.errors import Problem
from app.sources.schemas import DownloadOut
from ml.config import TorchvisionSource

EVERYBODYS_BYTES = 10**9
"""What every member may have downloaded; more is for administrators, whose disk and line it is."""
MEGABYTES = {
    "CIFAR10": 170, "CIFAR100": 169, "STL10": 2_640, "EuroSAT": 94, "OxfordIIITPet": 811, "DTD": 625,
    "Food101": 4_996, "Flowers102": 345, "Caltech101": 146, "SUN397": 39_000, "SVHN": 182,
    "FGVCAircraft": 2_753, "MNIST": 12, "FashionMNIST": 31, "KMNIST": 21,
}  # fmt: skip
"""What is downloaded of each; unpacked it takes as much again."""
NAMES: tuple[str, ...] = get_args(TorchvisionSource.model_fields["name"].annotation)


def downloads(user: Principal) -> list[DownloadOut]:
    """Return the data sets that can be downloaded, how large they are, and whether `user` may."""
    return [
        DownloadOut.model_validate({"name": name, "bytes": _bytes(name), "allowed": _may(user, name)})
        for name in NAMES
    ]


def require_small(name: str, user: Principal) -> None:
    """Raise 403 for a large download that somebody else than an administrator asks for."""
    if not _may(user, name):
        size = f"{_bytes(name) / 10**9:.1f} GB"
        raise Problem(403, f"{name} is a download of {size}: only an administrator may start it.")


def _bytes(name: str) -> int:
    return MEGABYTES[name] * 10**6


def _may(user: Principal, name: str) -> bool:
    return user.admin or _bytes(name) <= EVERYBODYS_BYTES
