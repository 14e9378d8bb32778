"""Random and oracle: what the strategies are compared with."""

import numpy as np
import pytest

from ml.config import RandomStrategy, RoundConfig
from ml.selection.oracle import OracleSelector
from ml.selection.protocol import SelectionInput, Selector
from ml.selection.registry import selector_of
from tests.ml.blobs import blobs

FEATURES, GROUP = blobs(4, 25, noise=0.1)
RANDOM = selector_of(RoundConfig(strategy=RandomStrategy()))
ORACLE = OracleSelector(GROUP)


def given(ask: int, labelled: int = 0, seed: int = 0) -> SelectionInput:
    return SelectionInput(FEATURES, np.arange(labelled), np.arange(labelled, 100), ask, seed)


@pytest.mark.parametrize("selector", [RANDOM, ORACLE])
def test_draws_without_replacement_and_repeats_with_the_seed(selector: Selector) -> None:
    eigen = selector(given(20, labelled=3)).eigen
    assert len(set(eigen)) == 20
    assert min(eigen) >= 3
    np.testing.assert_array_equal(selector(given(20, labelled=3)).eigen, eigen)
    assert not np.array_equal(selector(given(20, labelled=3, seed=1)).eigen, eigen)


@pytest.mark.parametrize("selector", [RANDOM, ORACLE])
def test_a_short_pool_gives_what_is_left(selector: Selector) -> None:
    assert sorted(selector(given(10, labelled=96)).eigen) == [96, 97, 98, 99]


@pytest.mark.parametrize("selector", [RANDOM, ORACLE])
def test_each_choice_stands_for_those_nearest_to_it(selector: Selector) -> None:
    selection = selector(given(6, labelled=5))
    representatives = np.concatenate([np.arange(5), selection.eigen])
    expected = (FEATURES @ FEATURES[representatives].T).argmax(axis=1)
    agreement = (selection.clusters == expected).mean()
    assert agreement > 0.95
    np.testing.assert_array_equal(selection.clusters[selection.eigen], 5 + np.arange(6))


def test_random_is_uniform() -> None:
    counts = np.zeros(100)
    for seed in range(400):
        counts[RANDOM(given(10, seed=seed)).eigen] += 1
    assert counts.std() < 10
    assert counts.mean() == pytest.approx(40)


def test_oracle_evens_out_what_is_labelled() -> None:
    chosen = ORACLE(given(13, labelled=3)).eigen
    assert list(np.bincount(np.concatenate([GROUP[:3], GROUP[chosen]]))) == [4, 4, 4, 4]


def test_oracle_goes_on_when_a_category_has_run_out() -> None:
    few = OracleSelector(np.where(np.arange(100) < 98, 0, 1))
    assert len(few(given(20)).eigen) == 20
