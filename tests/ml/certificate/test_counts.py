"""Counts of categories from labels and an audit of them."""

import numpy as np
import pytest

from ml.certificate.counts import category_counts


def test_without_wrong_labels_the_estimate_is_the_count() -> None:
    predicted = np.repeat([0, 1, 2], [50, 30, 20])
    order = np.random.default_rng(0).permutation(predicted)
    found = category_counts(np.array([2, 2, 0]), order, order[:40], 3, 0.05)
    assert found.estimate.tolist() == [51, 30, 22]
    assert (found.low < found.estimate).all()
    assert (found.high > found.estimate).all()


def test_everything_audited_leaves_no_interval() -> None:
    predicted, answers = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 0])
    found = category_counts(np.array([], dtype=np.int64), predicted, answers, 3, 0.05)
    for counts in (found.low, found.estimate, found.high):
        assert counts.tolist() == [2, 3, 0]


def test_nothing_audited_leaves_everything_open() -> None:
    nobody = np.array([], dtype=np.int64)
    found = category_counts(nobody, np.array([0, 0, 1]), nobody, 2, 0.05)
    assert found.estimate.tolist() == [2, 1]
    assert (found.low.tolist(), found.high.tolist()) == ([0, 0], [3, 3])


def test_more_answers_than_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        category_counts(np.array([0]), np.array([0]), np.array([0, 0]), 1, 0.05)


def test_intervals_cover_and_the_audit_corrects_the_prediction() -> None:
    generator = np.random.default_rng(3)
    truth = generator.integers(0, 3, 400)
    predicted = np.where((truth == 2) & (generator.random(400) < 0.4), 0, truth)
    true = np.bincount(truth, minlength=3)
    naive = np.bincount(predicted, minlength=3)
    covered, estimates = np.zeros(3), []
    for _ in range(150):
        order = generator.permutation(400)
        found = category_counts(truth[:0], predicted[order], truth[order[:120]], 3, 0.1)
        covered += (found.low <= true) & (true <= found.high)
        estimates.append(found.estimate)
    assert (covered / 150 >= 0.9).all()
    assert (np.abs(np.mean(estimates, axis=0) - true) < 0.2 * np.abs(naive - true).max()).all()
