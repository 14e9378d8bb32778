"""DropQuery: medoids of all images first, later of those whose prediction does not hold."""

import numpy as np
from numpy.typing import NDArray

from ml.config import DropQueryStrategy
from ml.selection.drop_query import DropQuerySelector, medoids
from ml.selection.protocol import SelectionInput
from tests.ml.blobs import blobs


def asked(features: NDArray[np.float32], labelled: list[int], targets: list[int], ask: int) -> list[int]:
    """Return the rows that DropQuery asks about."""
    rows = np.array(labelled, dtype=np.int64)
    free = np.setdiff1d(np.arange(len(features)), rows)
    given = SelectionInput(features, rows, free, ask, 0, targets=np.array(targets, dtype=np.int64))
    return [int(row) for row in DropQuerySelector(DropQueryStrategy())(given).eigen]


def test_before_there_is_a_model_one_image_of_each_group() -> None:
    features, group = blobs(4, 20, noise=0.1, seed=3)
    assert sorted(group[asked(features, [], [], 4)].tolist()) == [0, 1, 2, 3]


def test_with_a_model_the_images_whose_prediction_changes() -> None:
    """Two categories live in halves of the features; 10 images have both halves alike."""
    generator = np.random.default_rng(0)
    halves = np.zeros((110, 64), dtype=np.float32)
    halves[:50, :32] = halves[50:100, 32:] = 1
    halves[100:] = 1
    noisy = halves + generator.normal(0, 0.02, halves.shape).astype(np.float32)
    features = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    found = asked(features, [0, 1, 50, 51], [0, 0, 1, 1], 4)
    assert all(row >= 100 for row in found)


def test_medoids_are_nearest_to_the_centres_and_fill_up_among_equal_images() -> None:
    line = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]], dtype=np.float32)
    assert sorted(medoids(line, 2, 0).tolist()) == [1, 4]
    same = np.ones((5, 3), dtype=np.float32)
    assert sorted(medoids(same, 3, 0).tolist()) == [0, 1, 2]
