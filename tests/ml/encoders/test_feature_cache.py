"""The cache gives back what was stored, and survives a crash at any byte."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.encoders import feature_cache
from ml.encoders.digest_index import Digests, digests_of
from ml.encoders.feature_cache import UNUSED_SECONDS, FeatureCache
from ml.errors import UnusableInputError

DIMENSIONS = 6


def digests(*numbers: int) -> Digests:
    """Return sha256-like names; odd ones end in zeros, which is what an even one begins with."""
    return digests_of(
        f"{number:064x}" if number % 2 == 0 else f"{number:x}".ljust(64, "0") for number in numbers
    )


def rows(numbers: list[int]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return features that can be told apart."""
    return np.repeat(np.array(numbers, dtype=np.float32)[:, None], DIMENSIONS, axis=1)


def stored(cache: FeatureCache, numbers: list[int]) -> None:
    """Store the features of `numbers`."""
    cache.append(digests(*numbers), rows(numbers))


def missing(cache: FeatureCache, *numbers: int) -> list[int]:
    """Return those of `numbers` that are missing."""
    return [numbers[place] for place in cache.missing(digests(*numbers))]


def read(cache: FeatureCache, *numbers: int) -> np.ndarray[tuple[int, int], np.dtype[np.float16]]:
    """Return the features of `numbers`, none of which is missing."""
    found = cache.find(digests(*numbers))
    assert (found >= 0).all()
    return cache.stored[found]


def test_reads_in_any_order_what_another_process_wrote(tmp_path: Path) -> None:
    reader = FeatureCache(tmp_path, "w", 64)
    assert missing(reader, 1, 2, 1) == [1, 2]
    stored(FeatureCache(tmp_path, "w", 64), [1, 2, 3])
    assert missing(reader, 3, 4) == [4]
    np.testing.assert_array_equal(read(reader, 3, 1, 3), rows([3, 1, 3]))


def test_another_encoder_or_size_shares_nothing(tmp_path: Path) -> None:
    stored(FeatureCache(tmp_path, "w", 64), [1])
    for other in (FeatureCache(tmp_path, "v", 64), FeatureCache(tmp_path, "w", 96)):
        assert missing(other, 1) == [1]


def test_what_two_processes_computed_is_stored_once(tmp_path: Path) -> None:
    first, second = (FeatureCache(tmp_path, "w", 64) for _ in range(2))
    stored(first, [1, 2])
    stored(second, [2, 3])
    assert (first.directory / "index.bin").stat().st_size == 3 * 32
    np.testing.assert_array_equal(read(first, 3, 2), rows([3, 2]))


def test_values_beyond_half_precision_are_clipped_not_infinite(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path, "w", 64)
    cache.append(digests(1), np.full((1, DIMENSIONS), 1e9, dtype=np.float32))
    assert np.isfinite(read(cache, 1)).all()


def test_an_empty_cache_knows_nothing(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path, "w", 64)
    assert cache.find(digests(1, 2)).tolist() == [-1, -1]
    assert cache.stored.shape == (0, 0)
    assert missing(cache) == []


@settings(max_examples=50, deadline=None)
@given(
    parts=st.lists(st.lists(st.integers(0, 30), max_size=8), max_size=5), asked=st.lists(st.integers(0, 30))
)
def test_the_cache_is_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[int]], asked: list[int]
) -> None:
    """Two processes append by turns, with what is there already and with an image twice in one go."""
    root = tmp_path_factory.mktemp("cache")
    caches = [FeatureCache(root, "w", 64) for _ in range(2)]
    known: dict[int, int] = {}
    for turn, part in enumerate(parts):
        stored(caches[turn % 2], part)
        for number in part:
            known.setdefault(number, len(known))
        for cache in caches:
            assert cache.find(digests(*asked)).tolist() == [known.get(number, -1) for number in asked]
            assert missing(cache, *asked) == list(dict.fromkeys(each for each in asked if each not in known))
            if known:
                np.testing.assert_array_equal(read(cache, *known), rows(list(known)))


def test_rows_of_another_width_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    stored(FeatureCache(tmp_path, "w", 64), [1])
    cache = FeatureCache(tmp_path, "w", 64)
    with pytest.raises(UnusableInputError, match=f"{DIMENSIONS} numbers"):
        cache.append(digests(2), np.zeros((1, DIMENSIONS + 1), dtype=np.float32))
    assert missing(cache, 1, 2) == [2]
    stored(cache, [2])
    np.testing.assert_array_equal(read(FeatureCache(tmp_path, "w", 64), 2, 1), rows([2, 1]))


def rested(directory: Path, seconds: float) -> None:
    """Make it so long ago that anything in `directory` was written."""
    then = time.time() - seconds
    for path in directory.iterdir():
        os.utime(path, (then, then))


def test_caches_of_other_releases_are_dropped_once_they_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first format stored rows under a declared width that the network did not keep to."""
    old = tmp_path / "features" / "0123456789abcdef"
    old.mkdir(parents=True)
    (old / "key.json").write_text(
        '{"weights": "w", "preprocessing": "1", "image_size": 64, "feature_dim": 6}'
    )
    (old / "features.f16").write_bytes(b"\0" * 100)
    rested(old, UNUSED_SECONDS + 60)
    ours = FeatureCache(tmp_path, "w", 64)
    assert not old.exists()
    rested(ours.directory, UNUSED_SECONDS + 60)
    again = FeatureCache(tmp_path, "w", 64)
    with monkeypatch.context() as patch:
        patch.setattr(feature_cache, "PREPROCESSING_VERSION", "of another day")
        FeatureCache(tmp_path, "w", 64)
        assert again.directory.exists(), "it has just been opened"
        rested(again.directory, UNUSED_SECONDS + 60)
        FeatureCache(tmp_path, "w", 64)
    assert not again.directory.exists()


def test_a_worker_of_the_release_before_goes_on_with_its_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = FeatureCache(tmp_path, "w", 64)
    stored(before, [1, 2])
    with monkeypatch.context() as patch:
        patch.setattr(feature_cache, "PREPROCESSING_VERSION", "of the next release")
        stored(FeatureCache(tmp_path, "w", 64), [1])
        rested(before.directory, UNUSED_SECONDS + 60)
        stored(before, [3])  # it has been opened long ago, and is written to
        FeatureCache(tmp_path, "v", 64)
    np.testing.assert_array_equal(read(before, 3, 1), rows([3, 1]))


def test_an_index_without_its_features_is_not_believed(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path, "w", 64)
    stored(cache, [1, 2])
    (cache.directory / "features.f16").write_bytes(b"")
    reopened = FeatureCache(tmp_path, "w", 64)
    assert missing(reopened, 1) == [1]
    stored(reopened, [3, 1])
    np.testing.assert_array_equal(read(reopened, 1, 3), rows([1, 3]))


@settings(max_examples=40)
@given(lost=st.integers(0, 3 * 32), rows_only=st.booleans())
def test_a_crash_while_appending_loses_only_unfinished_rows(
    tmp_path_factory: pytest.TempPathFactory, lost: int, rows_only: bool
) -> None:
    cache = FeatureCache(tmp_path_factory.mktemp("cache"), "w", 64)
    stored(cache, [1, 2])
    stored(cache, [3, 4, 5])
    features, index = cache.directory / "features.f16", cache.directory / "index.bin"
    # The rows reach the disk before the index, so a torn row means that the index has not grown at all.
    lost_index = 3 * 32 if rows_only else lost
    if rows_only:
        features.write_bytes(features.read_bytes()[: features.stat().st_size - min(lost, 3 * DIMENSIONS * 2)])
    index.write_bytes(index.read_bytes()[: 5 * 32 - lost_index])
    reopened = FeatureCache(cache.directory.parents[1], "w", 64)
    stored(reopened, [3, 4, 5, 6])
    np.testing.assert_array_equal(read(reopened, 6, 5, 4, 3, 2, 1), rows([6, 5, 4, 3, 2, 1]))
