"""The cache of decoded images: each is decoded once, also across runs, and the budget holds."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.pretraining.photos import kept_side, most_bytes
from ml.pretraining.pixels import CHUNK, PixelCache
from ml.pretraining.sources import Pixels
from ml.progress import no_progress

SIZE = 14
SIDE = kept_side(SIZE)
IMAGE_BYTES = 3 * SIDE * SIDE


class Levels:
    """Images of one grey level each; `broken` ones cannot be decoded, and `decoded` says which were."""

    def __init__(self, count: int, broken: set[int] | None = None, wide: int = SIDE) -> None:
        self.count, self.broken, self.decoded = count, broken or set(), list[int]()
        self.wide = wide

    def __len__(self) -> int:
        return self.count

    def name(self, index: int) -> str:
        return str(index)

    def pixels(self, index: int, size: int) -> Pixels:
        self.decoded.append(index)
        if index in self.broken:
            raise OSError("broken")
        return np.full((SIDE - index % 3, self.wide, 3), index % 256, dtype=np.uint8)


@pytest.fixture
def opened() -> Iterator[list[PixelCache]]:
    """Return a list of caches that are closed at the end."""
    caches: list[PixelCache] = []
    yield caches
    for cache in caches:
        cache.close()


def levels_of(cache: PixelCache, indices: list[int]) -> list[int]:
    """Return the grey levels of the images with these indices."""
    return [int(image.mean()) for image in cache.read(np.array(indices, dtype=np.int64))]


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
    assert [image.shape for image in cache.read(np.array(indices))] == [
        (SIDE - index % 3, SIDE, 3) for index in indices
    ]
    on_disk = sum(path.stat().st_size for path in directory.glob("*.u8"))
    assert on_disk == cache.bytes <= kept * IMAGE_BYTES
    cache.close()


def test_the_budget_is_used_up_to_the_last_image_that_certainly_fits(
    tmp_path: Path, opened: list[PixelCache]
) -> None:
    images, budget = Levels(100), 20 * IMAGE_BYTES
    cache = PixelCache(images, SIZE, budget, tmp_path, no_progress)
    opened.append(cache)
    assert budget - most_bytes(SIZE) < cache.bytes <= budget
    images.decoded.clear()
    again = PixelCache(images, SIZE, budget, tmp_path, no_progress)
    opened.append(again)
    assert images.decoded == [], "what does not fit is not tried again"
    assert levels_of(again, [0, 99]) == [0, 99]
    assert images.decoded == [99]


def test_a_larger_budget_goes_on_and_a_smaller_one_begins_again(
    tmp_path: Path, opened: list[PixelCache]
) -> None:
    for budget in (20, 10**3, 12):
        images = Levels(30)
        cache = PixelCache(images, SIZE, budget * IMAGE_BYTES, tmp_path, no_progress)
        opened.append(cache)
        assert levels_of(cache, [0, 13, 29]) == [0, 13, 29]
        assert sum(path.stat().st_size for path in tmp_path.glob("*.u8")) <= budget * IMAGE_BYTES


def test_older_runs_make_room(tmp_path: Path, opened: list[PixelCache]) -> None:
    budget = 25 * 3 * SIDE * SIDE
    for count in (8, 9, 10):
        opened.append(PixelCache(Levels(count), SIZE, budget, tmp_path, no_progress))
        os.utime(next(tmp_path.glob(f"{opened[-1].key}.u8")), (count, count))
    assert {path.stem for path in tmp_path.glob("*.u8")} == {cache.key for cache in opened[1:]}
    assert len(list(tmp_path.glob("*.sizes"))) == 2
    assert levels_of(opened[0], [7]) == [7]  # a run that is under way keeps what it has mapped


def test_both_parts_of_a_run_share_the_budget(tmp_path: Path, opened: list[PixelCache]) -> None:
    budget = 12 * IMAGE_BYTES
    first = PixelCache(Levels(4), SIZE, budget, tmp_path, no_progress)
    second = PixelCache(Levels(50), SIZE, budget - first.bytes, tmp_path, no_progress, beside=first)
    opened.extend([first, second])
    assert {path.stem for path in tmp_path.glob("*.u8")} == {first.key, second.key}
    assert sum(path.stat().st_size for path in tmp_path.glob("*.u8")) <= budget


def test_what_release_0_1_kept_is_not_taken_for_photos(tmp_path: Path, opened: list[PixelCache]) -> None:
    (tmp_path / "0123456789abcdef01234567.u8").write_bytes(bytes(20 * IMAGE_BYTES))
    (tmp_path / "0123456789abcdef01234567.state").write_bytes(bytes([1] * 20))
    cache = PixelCache(Levels(20), SIZE, 20 * IMAGE_BYTES, tmp_path, no_progress)
    opened.append(cache)
    assert levels_of(cache, [5]) == [5]
    assert {path.name for path in tmp_path.iterdir()} == {f"{cache.key}.u8", f"{cache.key}.sizes"}


def test_an_image_beyond_the_budget_that_is_broken_is_black(tmp_path: Path, opened: list[PixelCache]) -> None:
    cache = PixelCache(Levels(4, broken={3}), SIZE, 3 * IMAGE_BYTES, tmp_path, no_progress)
    opened.append(cache)
    assert levels_of(cache, [2, 3]) == [2, 0]
