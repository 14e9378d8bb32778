"""The benchmark of ACKMeans, small: all start alike, and what it prints is of runs that agree."""

import numpy as np
import pytest

from benchmarks.ackmeans import (
    Problem,
    by_ackmeans,
    by_faiss,
    by_naive_loop,
    problem_of,
    race,
    report,
    synthetic,
)

NAMES = ["ACKMeans", "ACKMeans, carried", "FAISS, frozen centroids", "scikit-learn KMeans", "naive loop"]


@pytest.fixture(scope="module", params=["clusters", "noise"])
def problem(request: pytest.FixtureRequest) -> Problem:
    return problem_of(synthetic(3000, 32, request.param), anchors=30, new=12, iterations=6)


def test_the_features_are_unit_vectors_with_or_without_groups() -> None:
    clusters, noise = (synthetic(2000, 64, data) for data in ("clusters", "noise"))
    np.testing.assert_allclose(np.linalg.norm(clusters, axis=1), 1, atol=1e-5)
    largest = [np.sort(points @ points.T, axis=1)[:, -3].mean() for points in (clusters, noise)]
    assert largest[0] > largest[1] + 0.1


def test_the_contenders_start_alike_and_end_alike(problem: Problem) -> None:
    own = by_ackmeans(problem)
    np.testing.assert_array_equal(own[:30], problem.anchors)
    np.testing.assert_allclose(by_faiss(problem), own, atol=1e-4)
    np.testing.assert_allclose(by_naive_loop(problem), own, atol=1e-4)


def test_it_reports_a_line_for_each_with_the_inertia_of_its_centres(problem: Problem) -> None:
    results = race(problem, turns=2, naive=True)
    assert list(results) == NAMES
    assert [len(seconds) for seconds, _ in results.values()] == [2, 2, 2, 2, 1]
    own = results["ACKMeans"][1]
    for name in ("ACKMeans, carried", "FAISS, frozen centroids", "naive loop"):
        assert results[name][1] == pytest.approx(own, rel=1e-3)
    assert results["scikit-learn KMeans"][1] <= own
    lines = report(problem, results).splitlines()
    assert lines[0] == "m = 30, K = 12, N = 3,000, D = 32, 6 iterations"
    assert [line.split("|")[1].strip() for line in lines[4:]] == NAMES
