"""Neighbours among the cells of k-means: nearly those of an exact search, from any kind of array."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
import torch

from ml.neighbours import search
from ml.neighbours.search import chained, nearest, nearest_by_cells
from tests.ml.blobs import blobs


def test_finds_nearly_what_an_exact_search_finds() -> None:
    features, _ = blobs(40, 100, noise=0.25)
    similarities, rows = nearest_by_cells(features, 8)
    exact, expected = nearest(features, 8)
    found = [len(np.intersect1d(*pair)) for pair in zip(rows, expected, strict=True)]
    assert np.mean(found) > 0.95 * 8
    assert (similarities <= exact + 1e-5).all()
    own = np.take_along_axis(features @ features.T, rows, axis=1)
    np.testing.assert_allclose(similarities, own, atol=1e-5)


def test_is_at_least_as_good_as_inverted_lists_of_faiss_with_the_same_cells() -> None:
    features, _ = blobs(40, 100, noise=0.4)
    _, expected = nearest(features, 8)
    lists = faiss.IndexIVFFlat(faiss.IndexFlatIP(16), 16, int(4 * np.sqrt(4000)), faiss.METRIC_INNER_PRODUCT)
    lists.nprobe = search.CELLS_SEARCHED
    lists.train(features)
    lists.add(features)

    def recall(rows: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> float:
        return float(np.mean([len(np.intersect1d(*pair)) / 8 for pair in zip(rows, expected, strict=True)]))

    assert recall(nearest_by_cells(features, 8)[1]) > recall(lists.search(features, 8)[1]) - 0.02


@pytest.mark.parametrize("search", [nearest, nearest_by_cells])
def test_a_memory_map_of_half_precision_will_do(search: Callable[..., Any], tmp_path: Path) -> None:
    features = blobs(10, 50, noise=0.2)[0].astype(np.float16)
    features.tofile(tmp_path / "features")
    mapped = np.memmap(tmp_path / "features", dtype=np.float16, mode="r", shape=features.shape)
    similarities, rows = search(mapped, 5)
    again, expected = search(features.astype(np.float32), 5)
    np.testing.assert_array_equal(rows, expected)
    np.testing.assert_allclose(similarities, again, atol=1e-6)


def test_where_all_images_are_the_same_enough_of_them_are_found() -> None:
    features = np.tile(blobs(1, 1)[0], (300, 1))
    similarities, rows = nearest_by_cells(features, 4)
    np.testing.assert_allclose(similarities, 1, atol=1e-5)
    assert all(len(np.unique(row)) == 4 for row in rows)


def test_a_pool_smaller_than_what_is_asked_for_is_filled_up() -> None:
    similarities, rows = nearest_by_cells(np.eye(3, dtype=np.float32), 5)
    assert (np.sort(rows, axis=1)[:, -3:] == [0, 1, 2]).all()
    assert (rows == -1).sum() == (similarities == -1).sum() == 6


def test_cells_follow_each_other_by_similarity_and_none_is_lost() -> None:
    angles = torch.deg2rad(torch.tensor([0.0, 90, 20, 170, 60]))
    centres = torch.stack([angles.cos(), angles.sin()], dim=1)
    assert torch.equal(chained(centres), centres[[0, 2, 4, 1, 3]])
    assert len(chained(centres[:0])) == 0
