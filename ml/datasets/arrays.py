"""Data sets that come as arrays: CIFAR and STL-10. Their images are written to a zip of PNG files once."""

import hashlib
import io
import pickle
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from PIL import Image

from ml.datasets.layout import Entry, absent, lines_of
from ml.errors import UnusableInputError
from ml.images.dataset import ARCHIVE_SEPARATOR
from ml.whole_file import written_whole

Images = NDArray[np.uint8]
UNLABELLED = "unlabelled"


class ArraysOnly(pickle.Unpickler):
    """Reads the pickles that CIFAR is published as: arrays, and nothing that could run."""

    allowed = frozenset(
        {
            ("numpy.core.multiarray", "_reconstruct"),
            ("numpy._core.multiarray", "_reconstruct"),
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
            ("_codecs", "encode"),
        }
    )

    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) not in self.allowed:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is not read from a data set")
        return super().find_class(module_name, global_name)


def read_pickle(path: Path) -> dict[str, Any]:
    """Return the dictionary in a file of CIFAR's; UnusableInputError where it is none."""
    try:
        with path.open("rb") as file:
            found = ArraysOnly(file, encoding="latin1").load()
    except Exception as error:  # a damaged pickle raises whatever its bytes lead to
        raise UnusableInputError(f"{path} is not a file of CIFAR's") from error
    if not isinstance(found, dict):
        raise UnusableInputError(f"{path} is not a file of CIFAR's")
    return found


@dataclass(frozen=True)
class Cifar:
    """The Python version of CIFAR: rows of 3,072 bytes, red before green before blue."""

    folder: str
    files: tuple[tuple[str, tuple[str, ...]], ...]
    names_file: str
    labels: str
    names: str

    def home(self, root: Path) -> Path:
        return root / self.folder

    def missing(self, home: Path) -> list[str]:
        return absent(home, self.names_file, *(name for _, files in self.files for name in files))

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        files = [home / name for name in dict(self.files)[part]]
        return written(f"{self.folder}-{part}", [home / self.names_file, *files], cache, self._rows)

    def _rows(self, files: Sequence[Path]) -> Iterator[tuple[str, Images]]:
        names, *batches = (read_pickle(path) for path in files)
        for found, path in zip(batches, files[1:], strict=True):
            try:
                pixels = np.asarray(found["data"], dtype=np.uint8).reshape(-1, 3, 32, 32)
                labels = [names[self.names][label] for label in found[self.labels]]
                yield from zip(labels, pixels.transpose(0, 2, 3, 1), strict=True)
            except (KeyError, IndexError, TypeError, ValueError) as error:
                raise UnusableInputError(f"{path} does not hold CIFAR's images and labels") from error


@dataclass(frozen=True)
class Stl10:
    """The binary version of STL-10: 96 x 96, column by column; 100,000 images have no label."""

    side = 96

    def home(self, root: Path) -> Path:
        return root / "stl10_binary"

    def missing(self, home: Path) -> list[str]:
        labelled = (f"{part}_{end}.bin" for part in ("train", "test") for end in "Xy")
        return absent(home, "class_names.txt", *labelled, "unlabeled_X.bin")

    def entries(self, home: Path, part: str, cache: Path) -> list[Entry]:
        stem = "unlabeled" if part == UNLABELLED else part
        labels = [] if part == UNLABELLED else [home / "class_names.txt", home / f"{stem}_y.bin"]
        return written(f"stl10-{part}", [home / f"{stem}_X.bin", *labels], cache, self._rows)

    def _rows(self, files: Sequence[Path]) -> Iterator[tuple[str, Images]]:
        names = lines_of(files[1]) if len(files) > 1 else [""]
        try:
            images = np.memmap(files[0], dtype=np.uint8, mode="r").reshape(-1, 3, self.side, self.side)
            numbers = np.fromfile(files[2], dtype=np.uint8) if len(files) > 1 else np.ones(len(images), int)
            for number, image in zip(numbers, images.transpose(0, 3, 2, 1), strict=True):
                yield names[number - 1], np.ascontiguousarray(image)
        except (OSError, ValueError, IndexError) as error:
            raise UnusableInputError(f"{files[0]} does not hold STL-10's images with their labels") from error


def written(name: str, sources: list[Path], cache: Path, rows: Any) -> list[Entry]:
    """Return the entries of a zip in `cache` with the images of `sources`, written where it is absent.

    It is written anew when a source changes. `rows` gives the class and the pixels of every image.
    """
    try:
        state = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sources]
    except OSError as error:
        raise UnusableInputError(f"{error.filename} is not there") from error
    key = hashlib.sha256(repr(state).encode()).hexdigest()[:12]
    archive = cache / "datasets" / f"{name}-{key}.zip"
    archive.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{archive}.lock"):
        if not archive.exists():
            with written_whole(archive) as partial:
                write_zip(partial, rows(sources))
    with zipfile.ZipFile(archive) as file:
        members = sorted(file.namelist())
    return [(member.rpartition("/")[0], f"{archive}{ARCHIVE_SEPARATOR}{member}") for member in members]


def write_zip(path: Path, rows: Iterator[tuple[str, Images]]) -> None:
    """Write every image as `class/number.png`; PNG is compressed, so the zip is not."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number, (category, pixels) in enumerate(rows):
            buffer = io.BytesIO()
            Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
            folder = f"{category}/" if category else ""
            archive.writestr(f"{folder}{number:06}.png", buffer.getvalue())
