"""Label shift: found where the pool is long-tailed and the test images are not, not where both are alike."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.metrics.shift import shift


def predicted(truth: NDArray[np.int64], right: float, seed: int, categories: int = 5) -> NDArray[np.float32]:
    """Return probabilities of a model that gives `right` to the truth of three images in four."""
    generator = np.random.default_rng(seed)
    guesses = np.where(
        generator.random(len(truth)) < 0.75, truth, generator.integers(0, categories, len(truth))
    )
    found = np.full((len(truth), categories), (1 - right) / (categories - 1), dtype=np.float32)
    found[np.arange(len(truth)), guesses] = right
    return found


def drawn(shares: list[float], count: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).choice(len(shares), count, p=shares)


@pytest.mark.parametrize("images", [60, 400])
def test_two_parts_of_one_collection_are_not_apart(images: int) -> None:
    shares = [0.4, 0.3, 0.2, 0.05, 0.05]
    found = [
        shift(
            predicted(drawn(shares, 2000, seed), 0.9, seed),
            predicted(truth, 0.9, seed + 1),
            truth,
        )
        for seed in range(0, 200, 2)
        for truth in [drawn(shares, images, seed + 1)]
    ]
    assert sum(each.matters for each in found) <= 2
    assert np.mean([each.distance for each in found]) == pytest.approx(
        np.mean([each.chance for each in found]), rel=0.25
    )


def test_a_long_tailed_pool_is_apart_from_even_test_images() -> None:
    shares = [0.6, 0.2, 0.1, 0.06, 0.04]
    truth = np.repeat(np.arange(5), 80)
    found = shift(predicted(drawn(shares, 3000, 0), 0.9, 0), predicted(truth, 0.9, 1), truth)
    assert found.matters
    np.testing.assert_allclose(found.shares.sum(), 1)
    even = np.abs(np.array(shares) - 0.2).sum()
    assert np.abs(found.shares - shares).sum() < 0.5 * even


def test_the_correction_is_exact_where_the_model_is() -> None:
    pool, truth = np.repeat([0, 1, 2], [6, 3, 1]), np.array([0, 1, 1, 2])
    found = shift(np.eye(3, dtype=np.float32)[pool], np.eye(3, dtype=np.float32)[truth], truth)
    np.testing.assert_allclose(found.shares, [0.6, 0.3, 0.1])
    assert found.distance == pytest.approx(0.35)
