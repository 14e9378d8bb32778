"""Nearest anchors: exact, and the same to the bit however the anchors were grouped."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.clustering.nearest_anchors import NearestAnchors, no_anchors, with_anchors
from ml.features.blocks import FeatureBlocks
from tests.ml.blobs import blobs

Matrix = NDArray[np.float32]
DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")),
]


def added(
    points: FeatureBlocks, known: NearestAnchors, anchors: Matrix, positions: list[int]
) -> NearestAnchors:
    where = torch.tensor(positions, dtype=torch.int64, device=points.device)
    return with_anchors(points, known, points.tensor(anchors[positions]), where)


def all_at_once(features: Matrix, anchors: Matrix, device: str = "cpu") -> NearestAnchors:
    points = FeatureBlocks(features, device)
    return added(points, no_anchors(points), anchors, list(range(len(anchors))))


@pytest.mark.parametrize("device", DEVICES)
def test_the_first_of_the_nearest_at_its_exact_distance(device: str) -> None:
    features, _ = blobs(9, 400, dimensions=64, noise=0.2)
    anchors = np.concatenate([features[::50], features[::90]])
    squares = np.square(features[:, None].astype(np.float64) - anchors[None]).sum(axis=2)
    nearest = all_at_once(features, anchors, device)
    np.testing.assert_array_equal(nearest.labels.cpu(), squares.argmin(axis=1))
    np.testing.assert_allclose(nearest.distances.cpu(), squares.min(axis=1), rtol=1e-6, atol=1e-12)


def test_without_anchors_nothing_is_near() -> None:
    features, _ = blobs(1, 5)
    nearest = all_at_once(features, features[:0])
    assert nearest.labels.tolist() == [0] * 5
    assert nearest.distances.isinf().all()


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**16),
    count=st.integers(1, 60),
    width=st.integers(1, 40),
    anchors=st.integers(0, 30),
    tied=st.booleans(),
    data=st.data(),
)
def test_added_in_any_groups_gives_the_same_bits(
    *, seed: int, count: int, width: int, anchors: int, tied: bool, data: st.DataObject
) -> None:
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(count + anchors, width)).astype(np.float32)
    matrix = np.round(matrix) if tied else matrix
    features, given_anchors = matrix[:count], matrix[count:]
    group = np.array(
        data.draw(st.lists(st.integers(0, 3), min_size=anchors, max_size=anchors)), dtype=np.int64
    )
    points = FeatureBlocks(features, "cpu")
    known = no_anchors(points)
    for number in range(4):
        known = added(points, known, given_anchors, np.flatnonzero(group == number).tolist())
    whole = all_at_once(features, given_anchors)
    assert torch.equal(known.labels, whole.labels)
    assert known.distances.numpy().tobytes() == whole.distances.numpy().tobytes()


@pytest.mark.parametrize("copies", [1, 40])
def test_many_anchors_added_give_the_same_bits(copies: int) -> None:
    features, _ = blobs(40, 100, dimensions=96, noise=0.3)
    anchors = np.repeat(features[:: 10 * copies], copies, axis=0)
    points = FeatureBlocks(features, "cpu")
    odd = list(range(1, len(anchors), 2))
    known = added(points, no_anchors(points), anchors, odd)
    known = added(points, known, anchors, list(range(0, len(anchors), 2)))
    whole = all_at_once(features, anchors)
    assert torch.equal(known.labels, whole.labels)
    assert torch.equal(known.distances, whole.distances)
