"""Accuracy, by hand."""

import numpy as np

from ml.metrics.accuracy import accuracy


def test_mean_class_accuracy_gives_every_class_the_same_weight() -> None:
    found = accuracy(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 2]))
    assert found is not None
    assert (found.top1, found.mean_class, found.images) == (0.75, 0.5, 4)


def test_accuracy_weighted_to_other_shares() -> None:
    """Of category 0 two in three are right, of category 2 none; category 1 is not among the test images."""
    predicted, truth = np.array([0, 0, 2, 1]), np.array([0, 0, 0, 2])
    found = accuracy(predicted, truth, np.array([0.3, 0.4, 0.3]))
    assert found is not None
    assert found.weighted == (2 / 3 + 0) / 2
    nowhere = accuracy(predicted, truth, np.array([0.0, 1.0, 0.0]))
    assert nowhere is not None
    assert nowhere.weighted is None


def test_unknown_truth_does_not_count() -> None:
    found = accuracy(np.array([0, 1, 1]), np.array([0, -1, 0]))
    assert found is not None
    assert (found.top1, found.images) == (0.5, 2)


def test_no_truth_is_no_accuracy() -> None:
    assert accuracy(np.array([0, 1]), np.array([-1, -1])) is None
