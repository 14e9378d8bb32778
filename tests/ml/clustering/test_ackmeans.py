"""ACKMeans against a naive loop, against FAISS with frozen centroids, and its invariants."""

from itertools import pairwise

import faiss
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.clustering.ackmeans import ackmeans
from ml.clustering.anchored_points import AnchoredPoints
from tests.ml.blobs import blobs

Matrix = NDArray[np.float32]


def naive(
    features: Matrix, anchors: Matrix, start: Matrix, iterations: int
) -> tuple[Matrix, NDArray[np.int64]]:
    """Return (centres, labels) of Algorithm 1, written as the paper states it."""
    centres = np.concatenate([anchors, start]).astype(np.float64)
    labels = np.zeros(len(features), dtype=np.int64)
    for iteration in range(iterations + 1):
        for i, point in enumerate(features):
            labels[i] = np.argmin([np.sum((point - centre) ** 2) for centre in centres])
        if iteration < iterations:
            for j in range(len(anchors), len(centres)):
                if (labels == j).any():
                    centres[j] = features[labels == j].mean(axis=0)
    return centres.astype(np.float32), labels


def test_matches_the_algorithm_as_the_paper_states_it() -> None:
    features, _ = blobs(8, 25, noise=0.25)
    anchors, start = features[[0, 30, 60]], features[[5, 80, 110, 140]]
    centres, labels = naive(features, anchors, start, iterations=30)
    clustering = ackmeans(features, anchors, 4, init=start, max_iter=30)
    np.testing.assert_allclose(clustering.centres, centres, atol=1e-5)
    np.testing.assert_array_equal(clustering.labels, labels)


@pytest.mark.parametrize("seed", range(3))
def test_matches_faiss_with_frozen_centroids(seed: int) -> None:
    features, _ = blobs(12, 60, dimensions=32, noise=0.3, seed=seed)
    anchors, new = features[::90].copy(), 6
    engine = faiss.Kmeans(
        32, len(anchors) + new, niter=100, frozen_centroids=True, seed=seed, max_points_per_centroid=10**6
    )
    engine.train(features, init_centroids=anchors)
    order = np.empty(len(features), dtype=np.int32)
    faiss.rand_perm(faiss.swig_ptr(order), len(features), seed + 1)
    start = features[order[len(anchors) : len(anchors) + new]]
    clustering = ackmeans(features, anchors, new, init=start, max_iter=100)
    np.testing.assert_allclose(clustering.centres, engine.centroids, atol=1e-4)


def test_finds_the_groups_that_have_no_anchor() -> None:
    features, group = blobs(6, 40)
    clustering = ackmeans(features, features[[0, 40]], 4)
    assert sorted(group[clustering.eigen]) == [2, 3, 4, 5]
    for cluster in range(6):
        assert len(set(group[clustering.labels == cluster])) == 1


def test_eigen_samples_are_nearest_to_their_centres() -> None:
    features, _ = blobs(5, 40, noise=0.3)
    clustering = ackmeans(features, features[:2], 5, seed=3)
    for j, row in enumerate(clustering.eigen):
        members = np.flatnonzero(clustering.labels == 2 + j)
        distances = np.linalg.norm(features[members] - clustering.centres[2 + j], axis=1)
        assert members[distances.argmin()] == row


def test_starts_cold_without_anchors() -> None:
    features, group = blobs(4, 30)
    clustering = ackmeans(features, features[:0], 4)
    assert sorted(group[clustering.eigen]) == [0, 1, 2, 3]


def test_k_means_plus_plus_keeps_away_from_the_anchors() -> None:
    features, group = blobs(10, 30, noise=0.02)
    first = ackmeans(features, features[: 9 * 30 : 30], 1, max_iter=1)
    assert group[first.eigen[0]] == 9


def test_more_centres_than_distinct_points_gives_each_point_once() -> None:
    distinct, _ = blobs(1, 5, noise=0.5)
    features = np.repeat(distinct, 3, axis=0)
    clustering = ackmeans(features, distinct[:2], 10)
    assert len(clustering.eigen) == len(clustering.centres) - 2 == 3
    assert clustering.inertia == pytest.approx(0, abs=1e-4)


def test_a_pool_of_copies_of_an_anchor_has_nothing_to_ask() -> None:
    features = np.repeat(blobs(1, 1)[0], 20, axis=0)
    clustering = ackmeans(features, features[:1], 3)
    assert len(clustering.eigen) == 0
    assert (clustering.labels == 0).all()


def test_an_empty_cluster_is_seeded_again() -> None:
    features, group = blobs(3, 30, noise=0.02)
    nobody_is_near = np.full((1, 16), 50, dtype=np.float32)
    clustering = ackmeans(features, features[:1], 2, init=np.concatenate([features[40:41], nobody_is_near]))
    assert sorted(group[clustering.eigen]) == [1, 2]


def test_refuses_what_it_cannot_cluster() -> None:
    features, _ = blobs(2, 5)
    with pytest.raises(ValueError, match="columns"):
        ackmeans(features, features[:, :3], 1)
    with pytest.raises(ValueError, match="centre"):
        ackmeans(features, features[:0], 0)


@st.composite
def problems(draw: st.DrawFn) -> tuple[Matrix, NDArray[np.int64], int, int]:
    """Return (features, labelled rows, number of new centres, seed), duplicates and ties included."""
    seed = draw(st.integers(0, 2**16))
    generator = np.random.default_rng(seed)
    count, dimensions = draw(st.integers(1, 40)), draw(st.integers(1, 6))
    features = generator.normal(size=(count, dimensions))
    if draw(st.booleans()):
        features = np.round(features)
    labelled = generator.choice(count, draw(st.integers(0, min(count, 8))), replace=False)
    return features.astype(np.float32), labelled, draw(st.integers(1, 12)), seed


@settings(max_examples=100)
@given(problem=problems(), iterations=st.integers(1, 12))
def test_every_label_is_that_of_the_algorithm_as_the_paper_states_it(
    problem: tuple[Matrix, NDArray[np.int64], int, int], iterations: int
) -> None:
    features, labelled, new, _ = problem
    others = np.setdiff1d(np.arange(len(features)), labelled)
    _, first = np.unique(features[others], axis=0, return_index=True)
    start = features[others[first[:new]]]
    assume(len(start))
    anchors = features[labelled]
    centres, labels = naive(features, anchors, start, iterations)
    filled = np.isin(np.arange(len(anchors), len(centres)), labels)
    assume(filled.all() and decided(features, anchors, start, iterations))
    clustering = ackmeans(features, anchors, len(start), init=start, max_iter=iterations)
    np.testing.assert_array_equal(clustering.labels, labels)
    np.testing.assert_allclose(clustering.centres, centres, atol=1e-5)


def decided(features: Matrix, anchors: Matrix, start: Matrix, iterations: int) -> bool:
    """Return whether no label of any iteration hangs on rounding, and no cluster is ever empty.

    Equally near anchors, or an anchor and a new centre just as near, are decided: the first is taken.
    """
    for iteration in range(iterations + 1):
        centres, labels = naive(features, anchors, start, iteration)
        if len(np.unique(labels[labels >= len(anchors)])) < len(start):
            return False
        squares = np.square(features[:, None].astype(np.float64) - centres[None]).sum(axis=2)
        new = np.sort(squares[:, len(anchors) :], axis=1)
        anchor = squares[:, : len(anchors)].min(axis=1, initial=np.inf)
        second = new[:, 1] if new.shape[1] > 1 else np.full(len(features), np.inf)
        gaps = np.stack([np.where(new[:, 0] < anchor, second - new[:, 0], 1), np.abs(anchor - new[:, 0])])
        if ((gaps[0] < 1e-3) | ((gaps[1] < 1e-3) & (gaps[1] > 1e-9))).any():
            return False
    return True


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_a_gpu_gives_the_labels_of_the_cpu_and_repeats_itself() -> None:
    features, _ = blobs(20, 100, dimensions=64, noise=0.1)
    anchors, start = features[:1000:100], features[1000::100]
    cpu = ackmeans(features, anchors, len(start), init=start)
    gpu, again = (ackmeans(features, anchors, len(start), init=start, device="cuda") for _ in range(2))
    np.testing.assert_array_equal(gpu.labels, cpu.labels)
    np.testing.assert_array_equal(gpu.centres, again.centres)


@pytest.mark.parametrize("seed", range(2))
def test_long_runs_pass_points_over_and_change_no_label(seed: int) -> None:
    features, _ = blobs(40, 100, dimensions=24, noise=0.25, seed=seed)
    anchors, start = features[::200], features[7::400]
    clustering = ackmeans(features, anchors, len(start), init=start, max_iter=60)
    assert clustering.n_iter > 5
    everything = AnchoredPoints(features, anchors, "cpu")
    centres = everything.tensor(start)
    for _ in range(clustering.n_iter):
        centres = everything.updated_centres(centres, everything.assign(centres))
    np.testing.assert_array_equal(clustering.labels, everything.assign(centres).labels)
    np.testing.assert_array_equal(clustering.centres[len(anchors) :], centres)


@settings(max_examples=150)
@given(problem=problems(), init=st.sampled_from(["k-means++", "random"]))
def test_invariants(problem: tuple[Matrix, NDArray[np.int64], int, int], init: str) -> None:
    features, labelled, new, seed = problem
    anchors = features[labelled]
    result = ackmeans(features, anchors, new, init=init, seed=seed)
    again = ackmeans(features, anchors, new, init=init, seed=seed)
    assert result.centres[: len(anchors)].tobytes() == anchors.tobytes()
    assert len(set(result.eigen.tolist())) == len(result.eigen) == len(result.centres) - len(anchors) <= new
    assert not set(result.eigen.tolist()) & set(labelled.tolist())
    assert set(range(len(anchors), len(result.centres))) <= set(result.labels.tolist())
    np.testing.assert_array_equal(again.centres, result.centres)
    if len(result.centres):
        distances = np.square(features[:, None] - result.centres[None]).sum(axis=2)
        chosen = distances[np.arange(len(features)), result.labels]
        np.testing.assert_allclose(chosen, distances.min(axis=1), atol=1e-3)


@settings(max_examples=50)
@given(problem=problems())
def test_inertia_never_rises(problem: tuple[Matrix, NDArray[np.int64], int, int]) -> None:
    features, labelled, new, seed = problem
    anchors = features[labelled]
    results = [ackmeans(features, anchors, new, max_iter=steps, seed=seed) for steps in (1, 2, 4, 30)]
    for before, after in pairwise(result.inertia for result in results):
        assert after <= before * (1 + 1e-5) + 1e-3
