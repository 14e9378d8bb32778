"""Eigen-samples by ACKMeans: one per new cluster, never a labelled or excluded image."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.config import AckmeansStrategy, RoundConfig
from ml.selection.protocol import SelectionInput
from ml.selection.registry import selector_of
from tests.ml.blobs import blobs

RULES = ["nearest", "densest"]


def rows(*numbers: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


@pytest.mark.parametrize("rule", RULES)
def test_asks_about_the_groups_that_have_no_label(rule: str) -> None:
    features, group = blobs(5, 30)
    labelled = rows(0, 30)
    eligible = np.setdiff1d(np.arange(150), labelled)
    config = RoundConfig(strategy=AckmeansStrategy(), eigen_rule=rule)
    selection = selector_of(config)(SelectionInput(features, labelled, eligible, 3, seed=0))
    assert sorted(group[selection.eigen]) == [2, 3, 4]
    for index, row in enumerate(selection.eigen):
        assert set(group[selection.clusters == 2 + index]) == {group[row]}


@pytest.mark.parametrize("rule", RULES)
def test_excluded_rows_are_neither_proposed_nor_clustered(rule: str) -> None:
    features, group = blobs(3, 20)
    eligible = np.flatnonzero(group != 2)
    config = RoundConfig(strategy=AckmeansStrategy(), eigen_rule=rule)
    selection = selector_of(config)(SelectionInput(features, rows(), eligible, 4, seed=1))
    assert set(selection.eigen) <= set(eligible)
    assert (selection.clusters[group == 2] == -1).all()


def test_densest_prefers_the_crowd_to_the_empty_centre() -> None:
    angles = np.concatenate([np.linspace(0.30, 0.32, 20), np.linspace(-0.8, 0.2, 10)])
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    config = RoundConfig(strategy=AckmeansStrategy(), eigen_rule="densest")
    chosen = selector_of(config)(SelectionInput(features, rows(), np.arange(30), 1, seed=0)).eigen[0]
    assert chosen < 20
    nearest = selector_of(RoundConfig(strategy=AckmeansStrategy(), eigen_rule="nearest"))
    assert nearest(SelectionInput(features, rows(), np.arange(30), 1, seed=0)).eigen[0] >= 20


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000),
    ask=st.integers(1, 30),
    labelled=st.integers(0, 10),
    excluded=st.integers(0, 20),
    rule=st.sampled_from(RULES),
    init=st.sampled_from(["k-means++", "random"]),
)
def test_invariants(*, seed: int, ask: int, labelled: int, excluded: int, rule: str, init: str) -> None:
    features, _ = blobs(4, 10, noise=0.3, seed=seed)
    order = np.random.default_rng(seed).permutation(40)
    anchors, eligible = order[:labelled], np.sort(order[labelled + excluded :])
    strategy = AckmeansStrategy(init=init)
    selector = selector_of(RoundConfig(eigen_rule=rule, strategy=strategy))
    selection = selector(SelectionInput(features, anchors, eligible, ask, seed))
    assert len(selection.eigen) == min(ask, len(eligible))
    assert len(set(selection.eigen)) == len(selection.eigen)
    assert set(selection.eigen) <= set(eligible)
    for index, row in enumerate(selection.eigen):
        assert selection.clusters[row] == labelled + index
