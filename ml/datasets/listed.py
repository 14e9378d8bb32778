"""Data sets whose own lists say which image belongs to which part: DTD, Food-101, Pets, SUN397."""

import json
from dataclasses import dataclass
from pathlib import Path

from ml.datasets.layout import Entry, absent, lines_of
from ml.errors import UnusableInputError


@dataclass(frozen=True)
class Dtd:
    """`dtd/dtd`: lists of `class/file.jpg` a part and partition."""

    partition: int = 1

    def home(self, root: Path) -> Path:
        return root / "dtd" / "dtd"

    def missing(self, home: Path) -> list[str]:
        parts = (f"labels/{part}{self.partition}.txt" for part in ("train", "val", "test"))
        return absent(home, "images", *parts)

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        lines = lines_of(home / "labels" / f"{part}{self.partition}.txt")
        return sorted((line.split("/")[0], str(home / "images" / line)) for line in lines)


@dataclass(frozen=True)
class Food101:
    """`food-101`: JSON files with the images of each class."""

    def home(self, root: Path) -> Path:
        return root / "food-101"

    def missing(self, home: Path) -> list[str]:
        return absent(home, "images", "meta/train.json", "meta/test.json")

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        path = home / "meta" / f"{part}.json"
        try:
            found = json.loads(path.read_text())
            names = [(str(category), str(name)) for category in found for name in found[category]]
        except (OSError, ValueError, TypeError) as error:
            raise UnusableInputError(f"{path} cannot be read as a list") from error
        return sorted((category, str(home / "images" / f"{name}.jpg")) for category, name in names)


@dataclass(frozen=True)
class Pets:
    """`oxford-iiit-pet`: lists of `Class_name_1 1 1 1`; the class is the name without its number."""

    def home(self, root: Path) -> Path:
        return root / "oxford-iiit-pet"

    def missing(self, home: Path) -> list[str]:
        return absent(home, "images", "annotations/trainval.txt", "annotations/test.txt")

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        lines = lines_of(home / "annotations" / f"{part}.txt")
        names = [line.split()[0] for line in lines if not line.startswith("#")]
        return sorted((name.rsplit("_", 1)[0], str(home / "images" / f"{name}.jpg")) for name in names)


@dataclass(frozen=True)
class Sun397:
    """`SUN397`: lists of `/a/abbey/sun_....jpg`, which torchvision does not download with the images."""

    partition: int = 1
    places = ("", "Partitions", "partitions", "../Partitions", "../partitions")

    def home(self, root: Path) -> Path:
        return root / "SUN397"

    def missing(self, home: Path) -> list[str]:
        lists = (self._name(part) for part in ("train", "test"))
        return [f"Partitions/{name}" for name in lists if self._list(home, name) is None]

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        path = self._list(home, self._name(part))
        if path is None:
            raise UnusableInputError(
                f"{home} has no list {self._name(part)}: unpack Partitions.zip of SUN397 there"
            )
        lines = (line.strip("/") for line in lines_of(path))
        # The folder of the first letter is no part of the class; some classes have a folder inside another.
        return sorted(("/".join(line.split("/")[1:-1]), str(home / line)) for line in lines)

    def _name(self, part: str) -> str:
        return f"{'Training' if part == 'train' else 'Testing'}_{self.partition:02}.txt"

    def _list(self, home: Path, name: str) -> Path | None:
        found = (home / place / name for place in self.places)
        return next((path for path in found if path.is_file()), None)
