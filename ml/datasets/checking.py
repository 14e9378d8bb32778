"""What of a data set is there, what is missing, and what cannot be read."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ml.datasets.layout import Entry
from ml.datasets.table import Dataset
from ml.errors import UnusableInputError
from ml.images.dataset import ARCHIVE_SEPARATOR, picture_size, read_image
from ml.images.files.formats import UNDECODABLE
from ml.progress import Progress
from ml.runtime import available_cores

SHOWN = 10
CHUNK = 512


@dataclass(frozen=True)
class PartCheck:
    """Of one part: the images expected, those found, and the paths of absent and unreadable ones."""

    name: str
    expected: int
    found: int
    absent: list[str]
    unreadable: list[str]

    @property
    def whole(self) -> bool:
        """Return whether nothing is wrong."""
        return self.found == self.expected and not self.absent and not self.unreadable


@dataclass(frozen=True)
class Check:
    """A data set in `home`: the `missing` files that say what there is, a `problem` with them, its parts."""

    dataset: Dataset
    home: Path
    missing: list[str]
    parts: list[PartCheck]
    classes: int
    problem: str | None = None

    @property
    def whole(self) -> bool:
        """Return whether the data set is complete and can be read."""
        right = self.classes == self.dataset.classes and self.problem is None
        return right and not self.missing and all(part.whole for part in self.parts)

    def lines(self) -> Iterator[str]:
        """Yield what a person is told."""
        yield f"{self.dataset.title} in {self.home}"
        yield from (f"  missing: {name}" for name in self.missing)
        if self.problem:
            yield f"  {self.problem}"
        for part in self.parts:
            yield f"  {part.name}: {part.found:,} of {part.expected:,} images"
            yield from shortened("not there", part.absent)
            yield from shortened("cannot be read", part.unreadable)
        if self.parts and self.classes != self.dataset.classes:
            yield f"  classes: {self.classes:,} of {self.dataset.classes:,}"
        yield "  complete" if self.whole else "  not complete"


def shortened(what: str, paths: list[str]) -> Iterator[str]:
    """Yield a line for each of the first paths, and one for how many more there are."""
    yield from (f"    {what}: {path}" for path in paths[:SHOWN])
    if len(paths) > SHOWN:
        yield f"    {what}: {len(paths) - SHOWN:,} more"


def check(dataset: Dataset, root: Path, cache: Path, progress: Progress, *, decode: bool = False) -> Check:
    """Return what of `dataset` lies below `root`; each image's header is read, with `decode` all of it."""
    home = dataset.layout.home(root)
    missing = dataset.layout.missing(home)
    if missing:
        return Check(dataset, home, missing, [], 0)
    parts: list[PartCheck] = []
    classes: set[str] = set()
    try:
        for part, expected in dataset.parts.items():
            progress(len(parts) / len(dataset.parts), "reading", part)
            entries = dataset.layout.entries(home, part, cache)
            classes |= {category for category, _ in entries if category}
            parts.append(check_part(part, expected, entries, progress, decode=decode))
    except UnusableInputError as error:
        return Check(dataset, home, [], parts, len(classes), str(error))
    return Check(dataset, home, [], parts, len(classes))


def check_part(
    name: str, expected: int, entries: list[Entry], progress: Progress, *, decode: bool
) -> PartCheck:
    """Return what is there of a part's `entries`."""
    absent: list[str] = []
    unreadable: list[str] = []
    with ThreadPoolExecutor(available_cores()) as pool:
        for start in range(0, len(entries), CHUNK):
            chunk = [path for _, path in entries[start : start + CHUNK]]
            progress(start / len(entries), "reading", f"{name}: {start:,} of {len(entries):,} images")
            for path, state in zip(
                chunk, pool.map(read_whole if decode else read_header, chunk), strict=True
            ):
                if state is not None:
                    (absent if state == "absent" else unreadable).append(path)
    return PartCheck(name, expected, len(entries) - len(absent), absent, unreadable)


def read_header(path: str) -> str | None:
    """Return "absent" or "unreadable", or None for an image whose header can be read."""
    if ARCHIVE_SEPARATOR not in path and not Path(path).is_file():
        return "absent"
    try:
        picture_size(path)
    except UNDECODABLE:
        return "unreadable"
    return None


def read_whole(path: str) -> str | None:
    """Return "absent" or "unreadable", or None for an image that can be decoded."""
    state = read_header(path)
    if state is None:
        try:
            read_image(path)
        except UNDECODABLE:
            return "unreadable"
    return state
