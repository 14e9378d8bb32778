"""Calibration error: by hand, and against a loop over the bins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.metrics.calibration import expected_calibration_error


def naive(probabilities: NDArray[np.float32], truth: NDArray[np.int64], bins: int) -> float:
    """Return the error as the paper writes it, bin by bin."""
    confidence, predicted = probabilities.max(axis=1), probabilities.argmax(axis=1)
    error = 0.0
    for index in range(bins):
        own = (confidence > index / bins) & (confidence <= (index + 1) / bins)
        if own.any():
            error += own.mean() * abs((predicted[own] == truth[own]).mean() - confidence[own].mean())
    return float(error)


def test_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.7, 0.3], [0.45, 0.55]], dtype=np.float32)
    # Two bins: all three in the upper one, two right, mean confidence 2.15 / 3.
    expected = abs(2 / 3 - 2.15 / 3)
    assert expected_calibration_error(probabilities, np.array([0, 0, 0]), 2) == pytest.approx(expected)
    # Five bins: each of them alone.
    expected = (abs(1 - 0.9) + abs(0 - 0.7) + abs(1 - 0.55)) / 3
    assert expected_calibration_error(probabilities, np.array([0, 1, 1]), 5) == pytest.approx(expected)


def test_certain_and_right_is_calibrated() -> None:
    certain = np.eye(3, dtype=np.float32)
    assert expected_calibration_error(certain, np.arange(3)) == 0
    assert expected_calibration_error(certain, np.array([1, 2, 0])) == 1


@given(st.integers(0, 2**31), st.integers(1, 20), st.integers(2, 5), st.integers(1, 60))
def test_is_the_loop_over_the_bins(seed: int, bins: int, categories: int, images: int) -> None:
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.ones(categories), images)
    truth = generator.integers(0, categories, images)
    found = expected_calibration_error(probabilities, truth, bins)
    assert found == pytest.approx(naive(probabilities, truth, bins), abs=1e-9)


def test_without_images_there_is_no_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        expected_calibration_error(np.zeros((0, 2), dtype=np.float32), np.zeros(0, dtype=np.int64))
