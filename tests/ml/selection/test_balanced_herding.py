"""Balanced herding: what labels leave open, worked out the long way, and what rare categories add."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.config import BalancedHerdingStrategy, PropagatedHerdingStrategy
from ml.finetune.frozen import combined
from ml.neighbours import propagation
from ml.neighbours.graph import build_graph
from ml.neighbours.propagation import margins, propagated
from ml.selection.balanced_herding import LEAST_SHARE, BalancedHerdingSelector
from ml.selection.doubt import doubt
from ml.selection.labelled_head import head_of
from ml.selection.propagated_herding import PropagatedHerdingSelector
from ml.selection.protocol import SelectionInput
from tests.ml.blobs import blobs


def example(labels: int, seed: int = 0, groups: int = 5) -> SelectionInput:
    """Return 40 images of each group, `labels` of them labelled, each group once if that many suffice."""
    features, group = blobs(groups, 40, noise=0.4, seed=seed)
    order = np.random.default_rng(seed).permutation(len(features))
    first = [int(order[group[order] == k][0]) for k in range(groups)]
    rows = np.array(list(dict.fromkeys([*first, *order.tolist()]))[:labels])
    rest = np.setdiff1d(np.arange(len(features)), rows)
    return SelectionInput(features, rows, rest, 8, seed, targets=group[rows] * 2)


def long_way(given: SelectionInput) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the shares and the belief float32[N, k] of the categories seen, whole."""
    assert given.targets is not None
    graph, seen = build_graph(given.features), np.unique(given.targets)
    shares = propagated(graph, given.labelled, given.targets, int(seen.max()) + 1)[:, seen]
    head = head_of(given.features[given.labelled], given.targets, given.features)
    return shares, combined(shares, shares, head.probabilities(given.features))


@pytest.mark.parametrize("columns", [1, 2, 16])
@settings(max_examples=10)
@given(seed=st.integers(0, 50), labels=st.integers(5, 40))
def test_doubt_is_that_of_shares_and_belief_without_holding_them(
    columns: int, seed: int, labels: int
) -> None:
    pool = example(labels, seed)
    assert pool.targets is not None
    shares, belief = long_way(pool)
    head = head_of(pool.features[pool.labelled], pool.targets, pool.features)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(propagation, "COLUMNS", columns)
        found = doubt(pool, build_graph(pool.features), head)
    np.testing.assert_allclose(found.spread, margins(shares), atol=1e-4)
    np.testing.assert_allclose(found.believed, margins(belief), atol=1e-3)
    seen = np.unique(pool.targets)
    clear = margins(belief) > 1e-3
    np.testing.assert_array_equal(found.likeliest[clear], seen[belief.argmax(axis=1)][clear])


def test_an_image_that_no_label_reaches_is_open() -> None:
    features = np.concatenate([blobs(2, 20, noise=0.01)[0], np.zeros((1, 16), dtype=np.float32)])
    rows, targets = np.array([0, 20]), np.array([0, 1])
    pool = SelectionInput(features, rows, np.arange(1, 20), 1, 0, targets=targets)
    found = doubt(pool, build_graph(features), head_of(features[rows], targets, features[:40]))
    assert found.spread[40] == 0
    assert found.believed[40] < 1


def test_weights_by_hand() -> None:
    pool = example(15)
    assert pool.targets is not None
    shares, belief = long_way(pool)
    trust = 1 - 5 / 15
    likeliest = belief.argmax(axis=1)
    sizes = np.bincount(likeliest, minlength=5) / len(likeliest)
    expected = 1.1 - margins(shares) + trust * (1 - margins(belief))
    expected = expected * (sizes[likeliest] + LEAST_SHARE) ** (-0.25 * trust)
    weights = BalancedHerdingSelector(BalancedHerdingStrategy()).weights(pool)
    assert weights is not None
    np.testing.assert_allclose(weights, expected, rtol=5e-3)


def test_with_one_label_a_category_it_is_propagated_herding() -> None:
    pool = example(5)
    balanced = BalancedHerdingSelector(BalancedHerdingStrategy())(pool)
    propagated_ = PropagatedHerdingSelector(PropagatedHerdingStrategy())(pool)
    np.testing.assert_array_equal(balanced.eigen, propagated_.eigen)


def test_rare_categories_are_asked_about_more() -> None:
    """Images alike in what is open: those of the small group weigh more, the more so with a higher power."""
    features, group = blobs(2, 60, noise=0.3, seed=3)
    kept = np.concatenate([np.arange(60), np.arange(60, 72)])
    features, group = features[kept], group[kept]
    rows = np.array([0, 1, 2, 60, 61, 62])
    pool = SelectionInput(features, rows, np.setdiff1d(np.arange(72), rows), 4, 0, targets=group[rows])
    means = []
    for balance in (0.0, 0.25, 1.0):
        weights = BalancedHerdingSelector(BalancedHerdingStrategy(balance=balance)).weights(pool)
        assert weights is not None
        means.append(weights[60:].mean() / weights[:60].mean())
    assert means == sorted(means)
    assert means[0] < means[2]
