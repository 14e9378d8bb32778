"""Labels spread over the graph as Zhou et al. (2004) say, with an equal mass for every category."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.semi_supervised import LabelSpreading

from ml.neighbours import propagation
from ml.neighbours.graph import NeighbourGraph, build_graph
from ml.neighbours.propagation import ALPHA, diffused, margins, propagated, propagated_margins
from tests.ml.blobs import blobs


def test_two_joined_images_by_hand() -> None:
    """S = [[0, 1], [1, 0]]: (I - aS)^-1 = [[1, a], [a, 1]] / (1 - a^2)."""
    features = np.array([[1, 0], [1, 0]], dtype=np.float32)
    solved = diffused(build_graph(features), np.array([[1.0], [0.0]]))
    np.testing.assert_allclose(solved[:, 0], np.array([1, ALPHA]) / (1 - ALPHA**2), rtol=1e-8)
    shares = propagated(build_graph(features), np.array([0, 1]), np.array([0, 1]), 2)
    np.testing.assert_allclose(shares, np.array([[1, ALPHA], [ALPHA, 1]]) / (1 + ALPHA), rtol=1e-6)


@settings(max_examples=25)
@given(seed=st.integers(0, 1000), categories=st.integers(2, 20))
def test_solves_the_linear_system(seed: int, categories: int) -> None:
    graph = build_graph(blobs(4, 20, noise=0.4, seed=seed)[0])
    sources = np.random.default_rng(seed).normal(size=(80, categories))
    expected = np.linalg.solve(np.eye(80) - ALPHA * graph.weights.toarray(), sources)
    np.testing.assert_allclose(diffused(graph, sources), expected, atol=1e-6)


def test_agrees_with_scikit_learn_where_categories_have_equally_many_labels() -> None:
    """Its label spreading is the same fixed point on a graph that is given as a kernel."""
    features, group = blobs(4, 30, noise=0.35)
    graph = build_graph(features)
    joined = graph.weights.toarray()
    rows = np.concatenate([np.arange(k * 30, k * 30 + 2) for k in range(4)])
    answers = np.full(120, -1)
    answers[rows] = group[rows]
    oracle = LabelSpreading(kernel=lambda _, __: joined, alpha=ALPHA, max_iter=3000, tol=1e-12)
    oracle._build_graph = lambda: joined  # type: ignore[method-assign]  # ours is normalised already
    oracle.fit(features, answers)
    shares = propagated(graph, rows, group[rows], 4)
    np.testing.assert_allclose(shares, oracle.label_distributions_, atol=1e-4)


def test_many_labels_of_one_category_do_not_flood_the_rest() -> None:
    features, group = blobs(2, 50, noise=0.25, seed=3)
    graph = build_graph(features)
    rows = np.concatenate([np.arange(40), [50]])
    shares = propagated(graph, rows, group[rows], 2)
    assert (shares.argmax(axis=1) == group).mean() > 0.9


def test_what_nothing_reaches_may_be_any_category_seen() -> None:
    features = np.eye(5, dtype=np.float32)
    shares = propagated(build_graph(features), np.array([0, 1]), np.array([3, 1]), 4)
    np.testing.assert_allclose(shares[4], [0, 0.5, 0, 0.5])
    np.testing.assert_allclose(shares[0], [0, 0, 0, 1])


@pytest.mark.parametrize("categories", [1, 3, 40])
def test_shares_sum_to_one_and_categories_without_labels_have_none(categories: int) -> None:
    graph = build_graph(blobs(4, 30, noise=0.3)[0])
    rows = np.arange(0, 120, 3)[:categories]
    shares = propagated(graph, rows, np.arange(len(rows)), categories + 2)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
    assert (shares[:, categories:] == 0).all()


def test_margins() -> None:
    probabilities = np.array([[0.2, 0.5, 0.3], [1, 0, 0]], dtype=np.float32)
    np.testing.assert_allclose(margins(probabilities), [0.2, 1], rtol=1e-6)
    np.testing.assert_array_equal(margins(probabilities[:, :1]), [1, 1])


def test_an_empty_graph_leaves_the_sources() -> None:
    graph = build_graph(np.eye(3, dtype=np.float32))
    assert isinstance(graph, NeighbourGraph)
    np.testing.assert_array_equal(diffused(graph, np.eye(3)), np.eye(3))


@settings(max_examples=25)
@given(
    seed=st.integers(0, 1000),
    labels=st.integers(1, 40),
    categories=st.integers(1, 20),
    at_once=st.integers(1, 5),
)
def test_margins_without_all_shares_are_the_same(
    seed: int, labels: int, categories: int, at_once: int
) -> None:
    generator = np.random.default_rng(seed)
    graph = build_graph(
        np.concatenate([blobs(4, 20, noise=0.3, seed=seed)[0], np.zeros((2, 16), np.float32)])
    )
    rows = generator.choice(80, labels, replace=False)
    targets = generator.integers(categories, size=labels)
    expected = margins(propagated(graph, rows, targets, categories)[:, np.unique(targets)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(propagation, "COLUMNS", at_once)
        np.testing.assert_allclose(propagated_margins(graph, rows, targets), expected, atol=1e-6)
