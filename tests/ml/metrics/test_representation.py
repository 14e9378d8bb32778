"""Figures about features: small cases by hand, and a library's answers."""

import math

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from ml.metrics.representation import alignment, knn_accuracy, knn_accuracy_among, uniformity


def test_alignment_and_uniformity_by_hand() -> None:
    first = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    second = torch.tensor([[0.0, 1.0], [0.0, 1.0]])
    assert float(alignment(first, second)) == pytest.approx((2 + 0) / 2)
    assert float(uniformity(first)) == pytest.approx(-2 * 2)  # one pair at a squared distance of 2
    opposite = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])
    expected = math.log((math.exp(-8) + 2 * math.exp(-4)) / 3)
    assert float(uniformity(opposite)) == pytest.approx(expected, rel=1e-5)


def test_neighbours_vote_by_their_similarity() -> None:
    known = np.array([[1, 0], [0.6, 0.8], [0.6, -0.8]], dtype=np.float32)
    truth = np.array([0, 1, 1])
    asked = np.array([[1, 0]], dtype=np.float32)
    # exp(1 / T) for class 0 against 2 exp(0.6 / T) for class 1: equal at T = 0.4 / ln 2 = 0.577.
    for temperature, right in ((0.5, 1.0), (0.65, 0.0)):
        found = knn_accuracy(known, asked, truth, np.array([0]), neighbours=3, temperature=temperature)
        assert found == right
    assert knn_accuracy(known, asked, truth, np.array([0]), neighbours=1, temperature=9) == 1


def test_neighbours_agree_with_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(size=(120, 5)).astype(np.float32)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    truth = generator.integers(0, 4, 120)
    voters = KNeighborsClassifier(15, weights=lambda distance: np.exp((1 - distance**2 / 2) / 0.1))
    voters.fit(features[:80], truth[:80])
    expected = (voters.predict(features[80:]) == truth[80:]).mean()
    assert knn_accuracy(features[:80], features[80:], truth[:80], truth[80:], neighbours=15) == expected


def test_among_themselves_no_image_votes_for_itself() -> None:
    angles = np.radians([0, 10, 80, 90])
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert knn_accuracy_among(features, np.array([0, 0, 1, 1]), neighbours=1) == 1
    assert knn_accuracy_among(features, np.array([0, 1, 1, 1]), neighbours=1) == 0.5
    assert knn_accuracy_among(features, np.array([0, 1, 1, 1]), neighbours=9, temperature=99) == 0.75


def test_among_equal_images_each_has_as_many_neighbours() -> None:
    same = np.tile(np.eye(2, dtype=np.float32)[:1], (30, 1))
    assert knn_accuracy_among(same, np.zeros(30, dtype=np.int64), neighbours=5) == 1
