"""Anchors carried from step to step: the same selection to the bit as a process that remembers nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.clustering import anchor_memory, nearest_anchors
from ml.clustering.anchor_memory import AnchorMemory
from ml.config import AckmeansStrategy, RandomStrategy, RoundConfig
from ml.selection.protocol import Selection, SelectionInput
from ml.selection.registry import selector_of
from tests.ml.blobs import blobs

FEATURES, _ = blobs(12, 40, dimensions=24, noise=0.3)
CONFIGS = [RoundConfig(strategy=each) for each in (AckmeansStrategy(), RandomStrategy())]


def step(labelled: list[int] | NDArray[np.int64], seed: int = 0, key: str | None = "a") -> SelectionInput:
    rows = np.array(labelled, dtype=np.int64)
    eligible = np.setdiff1d(np.arange(len(FEATURES) - 5), rows)
    return SelectionInput(FEATURES, rows, eligible, 5, seed, features_key=key)


def select(
    wanted: SelectionInput, memory: AnchorMemory | None = None, config: RoundConfig = CONFIGS[0]
) -> Selection:
    """Return the selection by what `memory` knows, or by a process that remembers nothing."""
    return selector_of(config)(replace(wanted, memory=memory or AnchorMemory()))


def assert_same(one: Selection, other: Selection) -> None:
    np.testing.assert_array_equal(one.eigen, other.eigen)
    np.testing.assert_array_equal(one.clusters, other.clusters)


@settings(max_examples=8)
@given(
    config=st.sampled_from(CONFIGS),
    moves=st.lists(st.sampled_from(["answer", "answer", "answer", "undo", "other"]), min_size=1, max_size=5),
    seed=st.integers(0, 1000),
)
def test_a_round_asks_the_same_with_and_without_memory(
    config: RoundConfig, moves: list[str], seed: int
) -> None:
    def play(*, alone: bool) -> list[Selection]:
        memory, labelled, taken = AnchorMemory(), np.arange(0, 120, 40), []
        for number, move in enumerate(moves):
            key = "another" if move == "other" else "a"
            known = None if alone else memory
            taken.append(select(step(labelled, seed + number, key), known, config))
            labelled = np.union1d(labelled, taken[-1].eigen)
            labelled = labelled[1:] if move == "undo" else labelled
        return taken

    for carried, computed in zip(play(alone=False), play(alone=True), strict=True):
        assert_same(carried, computed)


def compared(monkeypatch: pytest.MonkeyPatch, steps: list[SelectionInput]) -> list[int]:
    """Return how many anchors each of `steps` compares the pool with."""
    counts: list[int] = []
    actual = nearest_anchors.with_anchors

    def counting(points, known, anchors, positions):  # type: ignore[no-untyped-def]
        counts.append(len(anchors))
        return actual(points, known, anchors, positions)

    monkeypatch.setattr(anchor_memory, "with_anchors", counting)
    memory = AnchorMemory()
    for wanted in steps:
        select(wanted, memory)
    return counts


def test_only_what_is_new_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [step([40, 80]), step([3, 40, 60, 80]), step([3, 40, 60, 80])]
    assert compared(monkeypatch, steps) == [2, 2, 0]


@pytest.mark.parametrize(
    "later",
    [step([40, 90, 100]), step([80, 40, 90]), step([40, 80, 90], key="b"), step([40, 80, 90], key=None)],
    ids=["label gone", "other order", "other features", "features without a name"],
)
def test_everything_is_compared_when_what_is_known_does_not_fit(
    later: SelectionInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compared(monkeypatch, [step([40, 80]), later]) == [2, 3]
    memory = AnchorMemory()
    select(step([40, 80]), memory)
    assert_same(select(later, memory), select(later))


def test_another_pool_is_not_mixed_up() -> None:
    memory = AnchorMemory()
    select(step([40, 80]), memory)
    smaller = replace(step([4, 8]), features=FEATURES[:100], eligible=np.arange(20, 100))
    assert_same(select(smaller, memory), select(smaller))


def test_rows_that_take_no_part_change_nothing() -> None:
    wanted = step([40, 80])
    spoiled = FEATURES.copy()
    spoiled[-5:] = 100
    other = replace(wanted, features=spoiled, features_key=None)
    assert_same(select(wanted), select(other))
