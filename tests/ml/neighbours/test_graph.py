"""The graph of nearest neighbours: symmetric, normalised, the same on every run, kept on disk."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from ml.features.vectors import l2_normalised
from ml.neighbours import search
from ml.neighbours.graph import CENTRED, GraphKind, NeighbourGraph, build_graph, cached_graph
from tests.ml.blobs import blobs


def test_three_points_by_hand() -> None:
    """Angles 0, 60 and 90 degrees, one neighbour each: 0 -> 1, 1 -> 2, 2 -> 1; weights cosine ** 8."""
    angles = np.deg2rad([0, 60, 90])
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    near, far = np.cos(np.deg2rad(30)) ** 8, 0.5**8
    degrees = np.array([far, far + near, near])
    expected = np.array([[0, far, 0], [far, 0, near], [0, near, 0]]) / np.sqrt(np.outer(degrees, degrees))
    np.testing.assert_allclose(
        build_graph(features, GraphKind(neighbours=1)).weights.toarray(), expected, rtol=1e-5
    )


def test_joins_the_nearest_as_scikit_learn_finds_them() -> None:
    features, _ = blobs(4, 30, noise=0.3)
    joined = build_graph(features, GraphKind(neighbours=5)).weights.toarray() > 0
    oracle = NearestNeighbors(n_neighbors=5, metric="cosine").fit(features).kneighbors_graph().toarray() > 0
    positive = features @ features.T > 0
    np.testing.assert_array_equal(joined, (oracle | oracle.T) & positive)


@settings(max_examples=25)
@given(count=st.integers(1, 60), neighbours=st.integers(1, 12), copies=st.integers(1, 3))
def test_is_symmetric_with_eigenvalues_of_at_most_one(count: int, neighbours: int, copies: int) -> None:
    features = np.repeat(blobs(1, count, noise=0.5, seed=count)[0], copies, axis=0)
    weights = build_graph(features, GraphKind(neighbours=neighbours)).weights.toarray()
    np.testing.assert_allclose(weights, weights.T, atol=1e-12)
    assert (weights >= 0).all()
    assert (weights.diagonal() == 0).all()
    assert np.abs(np.linalg.eigvalsh(weights)).max() <= 1 + 1e-9


def test_a_centred_graph_joins_what_is_alike_beside_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    features = l2_normalised(blobs(30, 40, noise=0.2)[0] + 5)
    features[7] = 0
    rest = np.delete(np.arange(len(features)), 7)
    own = np.zeros_like(features)
    own[rest] = l2_normalised(features[rest] - features[rest].mean(axis=0))
    expected = build_graph(own, GraphKind(power=3)).weights.toarray()
    np.testing.assert_allclose(build_graph(features, CENTRED).weights.toarray(), expected, atol=1e-4)
    assert not expected[7].any()
    monkeypatch.setattr(search, "EXACT", 1000)
    by_cells = build_graph(features.astype(np.float16), CENTRED).weights
    assert by_cells.multiply(expected > 0).nnz > 0.9 * (expected > 0).sum()


def test_an_image_without_features_has_no_neighbours() -> None:
    features, _ = blobs(2, 20)
    features[7] = 0
    weights = build_graph(features).weights
    assert weights[[7]].nnz == weights[:, [7]].nnz == 0


def test_a_large_pool_is_searched_by_cells_and_comes_out_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    features, _ = blobs(30, 100, noise=0.1)
    exact = build_graph(features).weights
    monkeypatch.setattr(search, "EXACT", 1000)
    first, second = build_graph(features).weights, build_graph(features).weights
    np.testing.assert_array_equal(first.toarray(), second.toarray())
    shared = (first > 0).multiply(exact > 0).nnz
    assert shared > 0.95 * exact.nnz


def test_is_made_once_for_the_same_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features, _ = blobs(3, 20)
    made = cached_graph(tmp_path, features, "key")
    monkeypatch.setattr("ml.neighbours.graph.build_graph", lambda *_: pytest.fail("made again"))
    again = cached_graph(tmp_path, features, "key")
    np.testing.assert_array_equal(again.weights.toarray(), made.weights.toarray())
    with pytest.raises(pytest.fail.Exception, match="made again"):
        cached_graph(tmp_path, features, "another key")
    with pytest.raises(pytest.fail.Exception, match="made again"):
        cached_graph(tmp_path, features, "key", CENTRED)


@pytest.mark.parametrize("content", [b"", b"PK no zip", b"\x00" * 400])
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    features, _ = blobs(3, 20)
    cached_graph(tmp_path, features, "key")
    (path,) = (tmp_path / "graphs").iterdir()
    path.write_bytes(content)
    assert len(cached_graph(tmp_path, features, "key")) == 60
    assert NeighbourGraph.load(path) is not None
    assert list((tmp_path / "graphs").iterdir()) == [path]
