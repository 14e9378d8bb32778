"""What every layout of files on disk answers; `home` is the folder of one data set."""

from pathlib import Path
from typing import Protocol

from ml.errors import UnusableInputError

Entry = tuple[str, str]
"""The class of an image, empty where it has none, and its path: a file, or `archive.zip::member`."""


class Layout(Protocol):
    """How the files of a data set lie below a root; the layouts are those of torchvision's classes."""

    def home(self, root: Path) -> Path:
        """Return where the data set lies below `root`, whether it is there or not."""
        ...

    def missing(self, home: Path) -> list[str]:
        """Return what has to be in `home` and is not, by name: the files that say what there is."""
        ...

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        """Return the images of a part, in a fixed order. A file of an entry may turn out to be absent.

        What has to be made from arrays is written below `cache`, once. Raises UnusableInputError where a list
        cannot be read.
        """
        ...


def lines_of(path: Path) -> list[str]:
    """Return the lines of a list, without empty ones; UnusableInputError where it cannot be read."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInputError(f"{path} cannot be read as a list") from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def absent(home: Path, *names: str) -> list[str]:
    """Return those of `names` that are not in `home`."""
    return [name for name in names if not (home / name).exists()]
