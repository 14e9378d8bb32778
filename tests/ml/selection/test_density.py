"""Local density."""

import numpy as np
import pytest

from ml.selection.density import local_density
from tests.ml.blobs import blobs


def naive(features: np.ndarray[tuple[int, int], np.dtype[np.float32]], neighbours: int) -> list[float]:
    """Return 1 / mean distance to the nearest neighbours, point by point."""
    found = []
    for row, point in enumerate(features):
        others = np.delete(features, row, axis=0).astype(np.float64)
        found.append(1 / (np.sort(np.linalg.norm(others - point, axis=1))[:neighbours].mean() + 1e-5))
    return found


@pytest.mark.parametrize(("count", "neighbours"), [(2, 1), (7, 3), (30, 14), (90, 20)])
def test_matches_the_definition(count: int, neighbours: int) -> None:
    features = blobs(1, count, noise=0.3)[0]
    np.testing.assert_allclose(
        local_density(features, np.arange(count)), naive(features, neighbours), rtol=1e-3
    )


def test_a_lone_point_has_a_density() -> None:
    features = blobs(1, 3)[0]
    assert len(local_density(features, np.array([2]))) == 1
    assert len(local_density(features, np.arange(0))) == 0


def test_a_sample_of_the_neighbourhood_still_finds_the_crowd() -> None:
    crowd, _ = blobs(1, 300, noise=0.02, seed=1)
    spread, _ = blobs(1, 300, noise=0.6, seed=2)
    density = local_density(np.concatenate([crowd, spread]), np.arange(600), sample=100)
    assert density[:300].min() > density[300:].max()


def test_only_the_rows_that_are_named_are_looked_at() -> None:
    features = blobs(3, 40, noise=0.3)[0]
    rows = np.arange(5, 100, 3)
    apart = local_density(features[rows], np.arange(len(rows)))
    np.testing.assert_array_equal(local_density(features, rows), apart)
