"""Small pictures to import: distinct, quickly made, the same in every run; some twice, some broken."""

import io
import multiprocessing
import os
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 64
CATEGORIES = 10
DUPLICATE_EVERY = 33
BROKEN_EVERY = 200
PNG_EVERY = 3
AT_ONCE = 500


def name_of(number: int) -> str:
    """Return the path of a picture below the folder: its class folder and its name."""
    return f"class {number % CATEGORIES}/{number:07}.{'png' if number % PNG_EVERY == 0 else 'jpg'}"


def expected(count: int) -> tuple[int, int, int]:
    """Return how many of `count` files are (images of their own, duplicates, broken)."""
    broken = sum(number % BROKEN_EVERY == 0 for number in range(count))
    twice = sum(_is_duplicate(number) for number in range(count))
    return count - broken - twice, twice, broken


def _is_duplicate(number: int) -> bool:
    chosen = number > PNG_EVERY and number % DUPLICATE_EVERY == 2
    return chosen and (number - PNG_EVERY) % BROKEN_EVERY != 0 and number % BROKEN_EVERY != 0


def picture(number: int) -> bytes:
    """Return the file of a picture, soft colours with a little noise: a third are PNG, the others JPEG."""
    if _is_duplicate(number):
        number -= PNG_EVERY
    random = np.random.default_rng(number)
    soft = Image.fromarray(random.integers(0, 256, (6, 6, 3), dtype=np.uint8))
    pixels = np.asarray(soft.resize((SIDE, SIDE), Image.Resampling.BICUBIC), dtype=np.int16)
    noisy = pixels + random.integers(-6, 7, pixels.shape, dtype=np.int16)
    buffer = io.BytesIO()
    image = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
    if number % PNG_EVERY:
        image.save(buffer, "JPEG", quality=85)
    else:
        image.save(buffer, "PNG", compress_level=1)
    content = buffer.getvalue()
    return content[: len(content) // 2] if number % BROKEN_EVERY == 0 else content


def write_folder(folder: Path, count: int) -> None:
    """Write `count` pictures below `folder`, where they are not there already."""
    done = folder.with_suffix(".done")
    if done.exists():
        return
    for category in range(CATEGORIES):
        (folder / f"class {category}").mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        starts = range(0, count, AT_ONCE)
        pool.starmap(_write, [(folder, start, min(start + AT_ONCE, count)) for start in starts])
    done.touch()


def _write(folder: Path, start: int, end: int) -> None:
    for number in range(start, end):
        (folder / name_of(number)).write_bytes(picture(number))


def write_zip(folder: Path, count: int) -> Path:
    """Return a zip of the first `count` pictures of `folder`, made where it is not there already."""
    path = folder.with_suffix(".zip")
    if not path.exists():
        unfinished = path.with_suffix(".part")
        with zipfile.ZipFile(unfinished, "w") as archive:
            for number in range(count):
                archive.write(folder / name_of(number), name_of(number))
        unfinished.replace(path)
    return path
