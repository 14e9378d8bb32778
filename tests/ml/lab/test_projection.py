"""Projections keep neighbours together, are repeatable, and say what they cannot do."""

import sys

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from ml.errors import UnusableInputError
from ml.lab.projection import MAX_POINTS, project, sampled_rows
from tests.ml.blobs import blobs


def test_groups_stay_together_on_the_plane() -> None:
    pytest.importorskip("openTSNE")
    features, group = blobs(4, 30)
    points = project(features, 0)
    assert points.shape == (120, 2)
    assert points.dtype == np.float32
    # Each image is left out of its own vote by asking for it beside its neighbour.
    nearest = KNeighborsClassifier(2).fit(points, group).kneighbors(points, return_distance=False)
    assert (group[nearest] == group[:, None]).all()


def test_one_seed_gives_one_projection() -> None:
    pytest.importorskip("openTSNE")
    features, _ = blobs(3, 12)
    assert np.array_equal(project(features, 1), project(features, 1))


@pytest.mark.parametrize("count", [4, MAX_POINTS + 1])
def test_too_few_and_too_many_are_refused(count: int) -> None:
    pytest.importorskip("openTSNE")
    with pytest.raises(UnusableInputError, match=f"{count:,}"):
        project(np.zeros((count, 2), dtype=np.float32), 0)


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    with pytest.raises(UnusableInputError, match=r"eigenlabel\[plots\]"):
        project(np.zeros((9, 2), dtype=np.float32), 0)


def test_large_pools_are_sampled_without_repeats() -> None:
    assert sampled_rows(7, 0).tolist() == list(range(7))
    rows = sampled_rows(3 * MAX_POINTS, 0)
    assert len(np.unique(rows)) == MAX_POINTS
    assert rows.max() > 2 * MAX_POINTS
    assert np.array_equal(rows, sampled_rows(3 * MAX_POINTS, 0))
