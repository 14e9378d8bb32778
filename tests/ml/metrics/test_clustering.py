"""Agreement of clusters and classes: by hand, pair by pair, and against scikit-learn."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix

from ml.metrics.clustering import bcubed, contingency, hungarian_accuracy, normalised_mutual_information

PAIRS = st.lists(st.tuples(st.integers(-2, 4), st.integers(0, 3)), min_size=1, max_size=40)


def columns(pairs: list[tuple[int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (clusters, classes) of the drawn pairs."""
    table = np.array(pairs, dtype=np.int64)
    return table[:, 0], table[:, 1]


def naive_precision(clusters: NDArray[np.int64], classes: NDArray[np.int64]) -> float:
    """Return BCubed precision by its definition: over every pair of images, each one with itself too."""
    shares = []
    for own in range(len(clusters)):
        together = [other for other in range(len(clusters)) if clusters[other] == clusters[own]]
        shares.append(np.mean([classes[other] == classes[own] for other in together]))
    return float(np.mean(shares))


def test_bcubed_by_hand() -> None:
    # Cluster 0 holds two of class 0 and one of class 1; cluster 1 holds one of class 1.
    found = bcubed(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]))
    assert found.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert found.f == pytest.approx(2 * (2 / 3) * (3 / 4) / (2 / 3 + 3 / 4))


@given(PAIRS)
def test_bcubed_is_the_mean_over_pairs(pairs: list[tuple[int, int]]) -> None:
    clusters, classes = columns(pairs)
    found = bcubed(clusters, classes)
    assert found.precision == pytest.approx(naive_precision(clusters, classes))
    assert found.recall == pytest.approx(naive_precision(classes, clusters))


@given(PAIRS)
def test_the_contingency_table_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    clusters, classes = columns(pairs)
    assert contingency(clusters, classes).tolist() == contingency_matrix(clusters, classes).tolist()


@given(PAIRS)
def test_hungarian_accuracy_is_the_best_of_all_namings(pairs: list[tuple[int, int]]) -> None:
    clusters, classes = columns(pairs)
    names = list(np.unique(clusters))
    # Names that no class has let every cluster stay without a class.
    candidates = [*np.unique(classes), *range(100, 100 + len(names))]
    best = max(
        np.mean([naming[names.index(cluster)] == category for cluster, category in pairs])
        for naming in permutations(candidates[: max(len(names), len(np.unique(classes)))], len(names))
    )
    assert hungarian_accuracy(clusters, classes) == pytest.approx(best)


@pytest.mark.parametrize(
    ("clusters", "classes", "expected"),
    [
        ([1, 1, 0, 0], [0, 0, 1, 1], 1.0),
        ([0, 0, 0, 0], [0, 0, 0, 1], 0.75),  # one cluster, two classes
        ([0, 1, 2, 2], [0, 0, 1, 1], 0.75),  # three clusters, two classes
    ],
)
def test_hungarian_accuracy_by_hand(clusters: list[int], classes: list[int], expected: float) -> None:
    assert hungarian_accuracy(np.array(clusters), np.array(classes)) == expected


def test_mutual_information_by_hand_and_in_scikit_learn() -> None:
    same, independent = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    assert normalised_mutual_information(same, 1 - same) == pytest.approx(1)
    assert normalised_mutual_information(same, independent) == pytest.approx(0, abs=1e-12)
    # H(classes) = ln 2, H(clusters) = 1.5 ln 2, I = ln 2: I over their mean is 0.8.
    assert normalised_mutual_information(np.array([0, 0, 1, 2]), same) == pytest.approx(0.8)
    drawn = np.random.default_rng(0).integers(0, 5, (2, 200))
    expected = normalized_mutual_info_score(drawn[0], drawn[1])
    assert normalised_mutual_information(drawn[0], drawn[1]) == pytest.approx(expected)


def test_without_images_there_is_no_score() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    for score in (bcubed, hungarian_accuracy):
        with pytest.raises(ValueError, match="at least one"):
            score(nothing, nothing)
