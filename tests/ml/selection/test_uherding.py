"""UHerding's two adaptations: the width follows the labelled images, the temperature held-out labels."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.config import UHerdingStrategy
from ml.selection.protocol import SelectionInput
from ml.selection.uherding import (
    UHerdingSelector,
    calibrated_weights,
    cross_entropy,
    held_out_temperature,
    least_distance,
)
from tests.ml.blobs import blobs


def given(labelled: list[int], targets: list[int], features: NDArray[np.float32]) -> SelectionInput:
    """Return an input that asks about one of all images without a label."""
    rows = np.array(labelled, dtype=np.int64)
    free = np.setdiff1d(np.arange(len(features)), rows)
    return SelectionInput(features, rows, free, 1, 0, targets=np.array(targets, dtype=np.int64))


def test_the_width_is_the_distance_of_the_closest_two_labelled_images_that_differ() -> None:
    points = np.array([[1, 0], [0, 1], [0.8, 0.6], [0.8, 0.6]], dtype=np.float32)
    assert least_distance(points) == pytest.approx(np.sqrt(0.2**2 + 0.6**2), rel=1e-4)
    assert least_distance(points[2:]) == 1
    assert least_distance(points[:0]) == 1


def test_a_head_that_is_too_sure_is_tempered_by_what_it_has_not_seen() -> None:
    """Labels by lot: a head is as sure as with right ones, and half wrong on those held out."""
    features, group = blobs(2, 60, noise=0.2, seed=1)
    by_lot = np.random.default_rng(0).integers(0, 2, len(group))
    generators = (np.random.default_rng(seed) for seed in (0, 0))
    right = held_out_temperature(features, group, features, next(generators))
    wrong = held_out_temperature(features, by_lot, features, next(generators))
    assert right <= 1 < wrong


@pytest.mark.parametrize("targets", [[0, 1], [0, 0]])
def test_too_few_labels_leave_the_temperature_at_one(targets: list[int]) -> None:
    features, _ = blobs(2, 10, noise=0.2, seed=1)
    points = features[: len(targets)]
    assert held_out_temperature(points, np.array(targets), features, np.random.default_rng(0)) == 1


def test_cross_entropy_is_the_mean_of_the_logarithms() -> None:
    probabilities = np.array([[0.5, 0.5], [0.25, 0.75]], dtype=np.float32)
    assert cross_entropy(probabilities, np.array([0, 0])) == pytest.approx((np.log(2) + np.log(4)) / 2)


def test_images_between_two_categories_weigh_most_and_labelled_ones_nothing() -> None:
    angles = np.deg2rad([0, 10, 20, 45, 70, 80, 90])
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    weights = calibrated_weights(given([0, 6], [0, 1], features))
    assert weights is not None
    assert weights.argmax() == 3
    assert weights[0] == weights[6] == 0
    assert UHerdingSelector(UHerdingStrategy())(given([0, 6], [0, 1], features)).eigen.tolist() == [3]


def test_there_are_no_weights_before_two_categories() -> None:
    features, _ = blobs(2, 10, noise=0.2, seed=1)
    assert calibrated_weights(given([0, 1], [1, 1], features)) is None
