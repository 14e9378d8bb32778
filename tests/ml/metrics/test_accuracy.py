"""Accuracy, by hand."""

import numpy as np

from ml.metrics.accuracy import accuracy


def test_mean_class_accuracy_gives_every_class_the_same_weight() -> None:
    found = accuracy(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 2]))
    assert found is not None
    assert (found.top1, found.mean_class, found.images) == (0.75, 0.5, 4)


def test_unknown_truth_does_not_count() -> None:
    found = accuracy(np.array([0, 1, 1]), np.array([0, -1, 0]))
    assert found is not None
    assert (found.top1, found.images) == (0.5, 2)


def test_no_truth_is_no_accuracy() -> None:
    assert accuracy(np.array([0, 1]), np.array([-1, -1])) is None
