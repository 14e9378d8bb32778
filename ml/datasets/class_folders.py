"""Data sets in a folder a class: EuroSAT and Caltech-101, whose split is ours, and ImageNet."""

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ml.datasets.layout import Entry, absent, lines_of
from ml.errors import UnusableInputError
from ml.images.files.formats import SUFFIXES


@dataclass(frozen=True)
class Drawn:
    """Class folders without a split: of each class `train` images, or that share, are drawn by `seed`.

    The order within a class is that of the SHA-256 of seed, class and file name: the same on every machine
    and with every release of every library, wherever the folder lies.
    """

    folder: str
    train: int | float
    seed: int = 0
    left_out: tuple[str, ...] = ()

    def home(self, root: Path) -> Path:
        return root / self.folder

    def missing(self, home: Path) -> list[str]:
        return [] if home.is_dir() else [home.name]

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        by_class: dict[str, list[Path]] = {}
        for path in images_below(home):
            if path.parent.name not in self.left_out:
                by_class.setdefault(path.parent.name, []).append(path)
        return [
            (category, str(path))
            for category, paths in sorted(by_class.items())
            for path in sorted(self._part(category, paths, part))
        ]

    def _part(self, category: str, paths: list[Path], part: str) -> list[Path]:
        ordered = sorted(paths, key=lambda path: self._place(category, path.name))
        count = self.train if isinstance(self.train, int) else round(self.train * len(paths))
        return ordered[:count] if part == "train" else ordered[count:]

    def _place(self, category: str, name: str) -> str:
        return hashlib.sha256(f"{self.seed}/{category}/{name}".encode()).hexdigest()


@dataclass(frozen=True)
class ImageNet:
    """`imagenet/{train,val}/<WordNet id>/`, or these two folders in the root itself.

    `classes` names a list of WordNet ids beside the two; left out, all classes count.
    """

    classes: str | None = None

    def home(self, root: Path) -> Path:
        inside = root / "imagenet"
        return root if (root / "train").is_dir() and not inside.is_dir() else inside

    def missing(self, home: Path) -> list[str]:
        return absent(home, "train", "val", *([self.classes] if self.classes else []))

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        wanted = {line.split()[0] for line in lines_of(home / self.classes)} if self.classes else None
        folder = home / part
        found = [(path.parent.name, str(path)) for path in images_below(folder, wanted)]
        if not found and any(path.suffix.lower() in SUFFIXES for path in files_in(folder)):
            raise UnusableInputError(f"{folder} has its images in one folder: they have to be in one a class")
        return sorted(found)


def images_below(folder: Path, classes: set[str] | None = None) -> list[Path]:
    """Return the image files in the sub-folders of `folder`, of `classes` only where these are given."""
    inner = [path for path in files_in(folder) if path.is_dir() and (classes is None or path.name in classes)]
    return [
        path for each in inner for path in files_in(each) if PurePosixPath(path).suffix.lower() in SUFFIXES
    ]


def files_in(folder: Path) -> list[Path]:
    """Return what lies in `folder`; nothing where it is not there."""
    return list(folder.iterdir()) if folder.is_dir() else []
