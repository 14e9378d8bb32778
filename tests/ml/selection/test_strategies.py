"""What each strategy prefers, on cases small enough to work out by hand or by its definition."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.config import RoundConfig
from ml.selection.badge import spread_gradients
from ml.selection.candidates import LIMIT
from ml.selection.probcover import covering, pure_radius, within
from ml.selection.protocol import SelectionInput
from ml.selection.registry import selector_of
from tests.ml.blobs import blobs


def circle(*degrees: float) -> NDArray[np.float32]:
    """Return unit vectors float32[n, 2] at these angles."""
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def chosen(
    kind: str, features: NDArray[np.float32], labelled: list[int], ask: int, **more: object
) -> list[int]:
    """Return the rows that the strategy asks about, of all that are not labelled."""
    rows = np.array(labelled, dtype=np.int64)
    eligible = np.setdiff1d(np.arange(len(features)), rows)
    settings = ("sigma", "floor", "purity", "passes", "dropout")
    strategy = {"kind": kind} | {key: more.pop(key) for key in settings if key in more}
    given = SelectionInput(features, rows, eligible, ask, 0, **more)  # type: ignore[arg-type]
    selection = selector_of(RoundConfig.model_validate({"strategy": strategy}))(given)
    return [int(row) for row in selection.eigen]


def naive_herding(
    features: NDArray[np.float32], labelled: list[int], ask: int, weights: NDArray[np.float64]
) -> list[int]:
    """Return argmax_u sum_x w(x) max(k(x, u) - c(x), 0), again and again, as the paper writes it."""
    distances = np.square(features[:, None].astype(np.float64) - features).sum(axis=2)
    kernel = np.exp(-distances)
    picks = list(labelled)
    for _ in range(ask):
        covered = kernel[:, picks].max(axis=1) if picks else np.zeros(len(features))
        gains = (weights[:, None] * np.maximum(kernel - covered[:, None], 0)).sum(axis=0)
        gains[picks] = -1
        picks.append(int(gains.argmax()))
    return picks[len(labelled) :]


@pytest.mark.parametrize("labelled", [[], [3], [0, 40, 41]])
def test_max_herding_is_the_greedy_cover_of_its_definition(labelled: list[int]) -> None:
    features, _ = blobs(5, 20, noise=0.3, seed=4)
    expected = naive_herding(features, labelled, 15, np.ones(100))
    assert chosen("max_herding", features, labelled, 15) == expected


def test_uherding_of_a_fixed_width_weights_by_the_margin_and_is_max_herding_without_a_model() -> None:
    features, _ = blobs(5, 20, noise=0.3, seed=5)
    probabilities = np.random.default_rng(0).dirichlet(np.ones(3), 100).astype(np.float32)
    ordered = np.sort(probabilities, axis=1)
    weights = 1 - (ordered[:, -1] - ordered[:, -2]).astype(np.float64)
    expected = naive_herding(features, [7], 12, weights)
    assert chosen("uherding", features, [7], 12, probabilities=probabilities, sigma=1.0) == expected
    assert chosen("uherding", features, [7], 12) == chosen("max_herding", features, [7], 12)


def test_propagated_herding_asks_where_the_labels_do_not_reach() -> None:
    """Two groups are labelled on both sides of a third that is as near to one as to the other."""
    features = circle(*np.linspace(-5, 5, 30), *np.linspace(85, 95, 30), *np.linspace(42, 48, 12))
    rows = [15, 45]
    pick = chosen("propagated_herding", features, rows, 1, targets=np.array([0, 1]), floor=0.0)
    assert pick[0] >= 60
    assert chosen("propagated_herding", features, rows, 3, targets=np.array([0, 0])) == chosen(
        "propagated_herding", features, rows, 3
    )


def test_typiclust_takes_the_middle_of_the_largest_cluster_without_a_label() -> None:
    features = circle(0, 1, 2, 3, 4, 5, 6, 90, 91, 92, 93, 94, 95, 180, 181, 182, 183, 184, 185, 186, 187)
    first, second = chosen("typiclust", features, [3], 2)
    assert 15 <= first <= 18
    assert 8 <= second <= 11


def test_probcover_measures_the_radius_at_which_balls_stay_pure() -> None:
    """Points at 0, 1, 3 and 7 with labels 0 0 1 1: nearest others at 3, 2, 2 and 6."""
    line = np.array([[0], [1], [3], [7]], dtype=np.float32)
    labels = np.array([0, 0, 1, 1])
    assert pure_radius(line, labels, 1.0) == pytest.approx(2)
    assert pure_radius(line, labels, 0.5) == pytest.approx(3)
    near = within(line, 2.5)
    np.testing.assert_array_equal(near.sum(axis=1), [2, 3, 2, 1])
    generator = np.random.default_rng(0)
    assert list(covering(near, 0, 2, generator)) == [1, 3]
    assert sorted(covering(near, 0, 4, generator)) == [0, 1, 2, 3]
    assert list(covering(near, 1, 2, generator)) == [1, 3]


def test_usl_takes_the_densest_of_each_new_cluster_apart_from_the_labelled_one() -> None:
    features = circle(0, 2, 4, 90, 92, 93, 94, 96, 180, 182, 183, 184, 186)
    assert sorted(chosen("usl", features, [1], 2)) == [5, 10]


def test_rdss_follows_its_recursion() -> None:
    features, _ = blobs(4, 20, noise=0.4, seed=2)
    kernel = np.exp(-np.square(features[:, None].astype(np.float64) - features).sum(axis=2))
    labelled, ask = [5, 61], 10
    free = np.setdiff1d(np.arange(80), labelled)
    mean, alpha = kernel.mean(axis=0), 1 - 1 / np.sqrt(12)
    similar = kernel[labelled].mean(axis=0)
    picks: list[int] = []
    for number in range(3, 3 + ask):
        left = np.setdiff1d(free, picks)
        picks.append(int(left[(similar - alpha * mean)[left].argmin()]))
        similar = (1 - 1 / number) * similar + kernel[picks[-1]] / number
    assert chosen("rdss", features, labelled, ask) == picks


def test_k_centre_goes_to_the_farthest() -> None:
    assert chosen("k_centre", circle(0, 10, 20, 170, 100, 60), [0], 3) == [3, 4, 5]


def test_k_centre_finds_the_one_outlier_of_a_large_pool() -> None:
    """More images than other strategies look at: one drawn by lot in six would be missed."""
    degrees = np.linspace(0, 20, 6 * LIMIT)
    degrees[LIMIT + 7] = 180
    assert chosen("k_centre", circle(*degrees), [0], 2) == [LIMIT + 7, len(degrees) - 1]


def test_margin_and_entropy_disagree_where_they_should() -> None:
    """The first is torn between two categories, the second is vague about all four."""
    probabilities = np.array(
        [[0.5, 0.5, 0, 0], [0.4, 0.2, 0.2, 0.2], [0.9, 0.1, 0, 0], [1, 0, 0, 0]], dtype=np.float32
    )
    features = circle(0, 90, 180, 270)
    assert chosen("margin", features, [], 3, probabilities=probabilities) == [0, 1, 2]
    assert chosen("entropy", features, [], 3, probabilities=probabilities) == [1, 0, 2]


def test_badge_starts_at_the_largest_gradient() -> None:
    probabilities = np.array([[0.6, 0.4], [1, 0], [0.52, 0.48], [1, 0]], dtype=np.float32)
    assert chosen("badge", circle(0, 30, 90, 60), [], 1, probabilities=probabilities) == [2]


def test_badge_draws_by_the_distance_of_the_outer_products() -> None:
    """The frequencies of the second draw are those of k-means++ on the gradients written out."""
    generator = np.random.default_rng(1)
    errors = generator.normal(size=(6, 3)).astype(np.float32)
    points = generator.normal(size=(6, 2)).astype(np.float32)
    gradients = np.einsum("nc,nd->ncd", errors, points).reshape(6, 6)
    first = int(np.square(gradients).sum(axis=1).argmax())
    distances = np.square(gradients - gradients[first]).sum(axis=1)
    draws = [spread_gradients(errors, points, 2, np.random.default_rng(seed)) for seed in range(3000)]
    assert {int(picks[0]) for picks in draws} == {first}
    shares = np.bincount([int(picks[1]) for picks in draws], minlength=6) / 3000
    np.testing.assert_allclose(shares, distances / distances.sum(), atol=0.04)
