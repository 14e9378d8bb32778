"""What every strategy promises, whatever it prefers."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.config import RoundConfig, Strategy
from ml.selection.protocol import SelectionInput, Selector
from ml.selection.registry import MAKERS, selector_of
from tests.ml.blobs import blobs

KINDS = [each.model_fields["kind"].default for each in get_args(get_args(Strategy)[0])]


def selector(kind: str) -> Selector:
    return selector_of(RoundConfig.model_validate({"strategy": {"kind": kind}}))


def example(*, seed: int, ask: int, labelled: int, excluded: int, copies: int, model: bool) -> SelectionInput:
    """Return 40 images of 4 groups, each `copies` times among them."""
    features = np.repeat(blobs(4, 10, noise=0.3, seed=seed)[0][::copies], copies, axis=0)
    count = len(features)
    generator = np.random.default_rng(seed)
    order = generator.permutation(count)
    probabilities = generator.dirichlet(np.ones(4), count).astype(np.float32)
    return SelectionInput(
        features,
        np.sort(order[:labelled]),
        np.sort(order[labelled + excluded :]),
        ask,
        seed,
        targets=generator.integers(0, 4, labelled),
        probabilities=probabilities if model else None,
    )


def check(kind: str, pool: SelectionInput) -> NDArray[np.int64]:
    """Run the strategy, check what it promises, and return the eigen-samples."""
    selection = selector(kind)(pool)
    eigen = selection.eigen
    assert len(set(eigen.tolist())) == len(eigen)
    assert set(eigen.tolist()) <= set(pool.eligible.tolist())
    taking_part = np.union1d(pool.labelled, pool.eligible)
    assert (np.delete(selection.clusters, taking_part) == -1).all()
    if len(pool.labelled) + len(eigen):
        assert (selection.clusters[taking_part] >= 0).all()
    np.testing.assert_array_equal(selection.clusters[eigen], len(pool.labelled) + np.arange(len(eigen)))
    np.testing.assert_array_equal(selector(kind)(pool).eigen, eigen)
    return eigen


def test_every_strategy_of_the_configuration_can_be_carried_out() -> None:
    assert set(KINDS) == set(MAKERS)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(
    seed=st.integers(0, 1000),
    ask=st.integers(1, 45),
    labelled=st.integers(0, 10),
    excluded=st.integers(0, 20),
    model=st.booleans(),
)
def test_asks_for_as_many_as_there_are(kind: str, model: bool, **numbers: int) -> None:
    pool = example(copies=1, model=model, **numbers)
    assert len(check(kind, pool)) == min(pool.ask, len(pool.eligible))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15)
@given(
    seed=st.integers(0, 1000), ask=st.integers(1, 30), labelled=st.integers(0, 10), copies=st.integers(2, 5)
)
def test_equal_images_break_nothing(kind: str, **numbers: Any) -> None:
    pool = example(excluded=3, model=True, **numbers)
    found = len(check(kind, pool))
    if kind != "ackmeans":  # which makes a cluster of each distinct image at most
        assert found == min(pool.ask, len(pool.eligible))


@pytest.mark.parametrize("kind", KINDS)
def test_a_pool_without_features_is_still_asked_about(kind: str) -> None:
    pool = SelectionInput(np.zeros((12, 8), dtype=np.float32), np.arange(2), np.arange(2, 12), 4, 0)
    check(kind, pool)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_eligible_gives_nothing(kind: str) -> None:
    features, _ = blobs(2, 10)
    nothing = np.zeros(0, dtype=np.int64)
    assert len(check(kind, SelectionInput(features, np.arange(20), nothing, 5, 0))) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_pool_is_sampled(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("candidates.LIMIT", "herding.COVERED", "rdss.LIMIT", "probcover.LIMIT"):
        monkeypatch.setattr(f"ml.selection.{limit}", 50)
    features, group = blobs(6, 100, noise=0.1)
    pool = SelectionInput(features, np.array([0, 100]), np.arange(101, 600), 60, 3, targets=group[[0, 100]])
    assert len(check(kind, pool)) == 60


@pytest.mark.parametrize("kind", KINDS)
def test_a_memory_map_is_read_in_place(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    features, _ = blobs(4, 25, noise=0.2)
    path = tmp_path_factory.mktemp("map") / "features.f16"
    np.memmap(path, dtype=np.float16, mode="w+", shape=features.shape)[:] = features
    stored = np.memmap(path, dtype=np.float16, mode="r", shape=features.shape)
    assert len(check(kind, SelectionInput(stored, np.arange(3), np.arange(3, 100), 9, 0))) == 9
