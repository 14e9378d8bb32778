"""The cache of decoded images: each is decoded once, also across runs, and the budget holds."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.pretraining.pixels import CHUNK, PixelCache
from ml.pretraining.sources import Pixels
from ml.progress import no_progress

SIZE = 4
IMAGE_BYTES = 3 * SIZE * SIZE


class Levels:
    """Images of one grey level each; `broken` ones cannot be decoded, and `decoded` says which were."""

    def __init__(self, count: int, broken: set[int] | None = None) -> None:
        self.count, self.broken, self.decoded = count, broken or set(), list[int]()

    def __len__(self) -> int:
        return self.count

    def name(self, index: int) -> str:
        return str(index)

    def pixels(self, index: int, size: int) -> Pixels:
        self.decoded.append(index)
        if index in self.broken:
            raise OSError("broken")
        return np.full((size, size, 3), index % 256, dtype=np.uint8)


@pytest.fixture
def opened() -> Iterator[list[PixelCache]]:
    """Return a list of caches that are closed at the end."""
    caches: list[PixelCache] = []
    yield caches
    for cache in caches:
        cache.close()


def levels_of(cache: PixelCache, indices: list[int]) -> list[int]:
    """Return the grey levels of the images with these indices."""
    return [int(image[0, 0, 0]) for image in cache.read(np.array(indices, dtype=np.int64))]


def test_images_are_decoded_once_and_found_again_by_the_next_run(
    tmp_path: Path, opened: list[PixelCache]
) -> None:
    images = Levels(10)
    first = PixelCache(images, SIZE, 10**6, tmp_path, no_progress)
    opened.append(first)
    assert levels_of(first, [3, 3, 9]) == [3, 3, 9]
    assert sorted(images.decoded) == list(range(10))
    again = Levels(10)
    second = PixelCache(again, SIZE, 10**6, tmp_path, no_progress)
    opened.append(second)
    assert levels_of(second, [9, 0]) == [9, 0]
    assert again.decoded == []


def test_a_run_stopped_while_decoding_goes_on_there(tmp_path: Path, opened: list[PixelCache]) -> None:
    images = Levels(CHUNK + 10)

    def stop(fraction: float, phase: str, message: str) -> None:
        if fraction > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PixelCache(images, SIZE, 10**9, tmp_path, stop)
    assert len(images.decoded) == CHUNK
    cache = PixelCache(images, SIZE, 10**9, tmp_path, no_progress)
    opened.append(cache)
    assert sorted(images.decoded) == list(range(CHUNK + 10))
    assert levels_of(cache, [CHUNK + 9]) == [(CHUNK + 9) % 256]


def test_unreadable_images_are_left_out(tmp_path: Path, opened: list[PixelCache]) -> None:
    cache = PixelCache(Levels(6, broken={0, 4}), SIZE, 10**6, tmp_path, no_progress)
    opened.append(cache)
    assert (len(cache), cache.unreadable) == (4, 2)
    assert levels_of(cache, [0, 1, 2, 3]) == [1, 2, 3, 5]


@settings(max_examples=30)
@given(count=st.integers(1, 40), kept=st.integers(0, 40), data=st.data())
def test_any_budget_gives_the_same_images(
    tmp_path_factory: pytest.TempPathFactory, count: int, kept: int, data: st.DataObject
) -> None:
    directory = tmp_path_factory.mktemp("pixels")
    cache = PixelCache(Levels(count), SIZE, kept * IMAGE_BYTES, directory, no_progress)
    indices = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=20))
    assert levels_of(cache, indices) == indices
    assert sum(path.stat().st_size for path in directory.glob("*.u8")) <= kept * IMAGE_BYTES
    cache.close()


def test_older_runs_make_room(tmp_path: Path, opened: list[PixelCache]) -> None:
    for count in (8, 9, 10):
        opened.append(PixelCache(Levels(count), SIZE, 20 * IMAGE_BYTES, tmp_path, no_progress))
    sizes = [path.stat().st_size // IMAGE_BYTES for path in tmp_path.glob("*.u8")]
    assert sorted(sizes) == [9, 10]
    assert len(list(tmp_path.glob("*.state"))) == 2
    assert levels_of(opened[0], [7]) == [7]  # a run that is under way keeps what it has mapped


def test_an_image_beyond_the_budget_that_is_broken_is_black(tmp_path: Path, opened: list[PixelCache]) -> None:
    cache = PixelCache(Levels(4, broken={3}), SIZE, 2 * IMAGE_BYTES, tmp_path, no_progress)
    opened.append(cache)
    assert levels_of(cache, [2, 3]) == [2, 0]
