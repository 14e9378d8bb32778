"""Where commands find a public data set: `dataset:NAME`, `dataset:NAME:PART`, and either with `@DIR`."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ml.datasets.layout import Entry
from ml.datasets.table import DATASETS, Dataset
from ml.errors import UnusableInputError

PREFIX = "dataset:"
FOLDER = "EIGENLABEL_DATASETS"
Use = Literal["pool", "test", "source"]


@dataclass(frozen=True)
class Location:
    """A data set, a part of it or None, and the folder that data sets lie in, None where none is named."""

    dataset: Dataset
    part: str | None = None
    root: Path | None = None

    @property
    def name(self) -> str:
        """Return what tables call it."""
        return f"{self.dataset.name}:{self.part}" if self.part else self.dataset.name

    def entries(self, use: Use, cache: Path) -> list[Entry]:
        """Return (class, path) of the images for this use; a part that is named wins.

        Raises UnusableInputError where the data set is not there.
        """
        parts = (self.part,) if self.part else getattr(self.dataset, use)
        layout, root = self.dataset.layout, self.root or default_root(cache)
        home = layout.home(root)
        missing = layout.missing(home)
        if missing:
            raise UnusableInputError(
                f"{self.dataset.name} is not complete in {root}: {missing[0]} is missing; "
                f"`eigenlab data check {self.dataset.name} --data {root}` says what is"
            )
        return [entry for part in parts for entry in layout.entries(home, part, cache)]


def is_dataset(location: str) -> bool:
    """Return whether `location` names a public data set."""
    return location.startswith(PREFIX)


def dataset_at(location: str) -> Location:
    """Return what `location` names. Raises UnusableInputError for an unknown data set or part."""
    named, _, folder = location.removeprefix(PREFIX).partition("@")
    name, _, part = named.partition(":")
    dataset = dataset_named(name)
    if part and part not in dataset.parts:
        raise UnusableInputError(f"{name} has no part {part}, but {', '.join(dataset.parts)}")
    return Location(dataset, part or None, Path(folder) if folder else None)


def dataset_named(name: str) -> Dataset:
    """Return the data set called `name`. Raises UnusableInputError where there is none."""
    if name not in DATASETS:
        raise UnusableInputError(f"there is no data set {name}, but {', '.join(DATASETS)}")
    return DATASETS[name]


def below(location: str, root: Path | None) -> str:
    """Return `location` with the folder `root` in it, unless it names one or `root` is None."""
    found = dataset_at(location)
    return location if root is None or found.root is not None else f"{location}@{root}"


def default_root(cache: Path) -> Path:
    """Return the folder of data sets: what the environment names, else where sources are downloaded to."""
    named = os.environ.get(FOLDER)
    return Path(named) if named else cache / "torchvision"


def labelled(location: Location, use: Use, cache: Path) -> list[Entry]:
    """Return `location.entries`; UnusableInputError where they have no classes, or there are none."""
    found = location.entries(use, cache)
    if not found:
        raise UnusableInputError(f"{location.name} has no images")
    if not all(category for category, _ in found):
        raise UnusableInputError(f"{location.name} has no labels")
    return found
