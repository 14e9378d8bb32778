"""ACKMeans against FAISS with frozen centroids, scikit-learn's KMeans and the naive loop of Algorithm 1.

    python -m benchmarks.ackmeans --anchors 100 900 --data clusters --turns 5

All start from the same centres and make the same number of updates, as many as ACKMeans makes until nothing
changes or `--iterations` are done. They take turns within one run, so that a machine whose speed drifts is
the same for all. Inertia is computed in one way from the centres that each returns. "carried" is ACKMeans
with a ninth of the anchors new and the others known from the step before. In scikit-learn all centres move.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import faiss
import numpy as np
import sklearn
import torch
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from ml.clustering.ackmeans import ackmeans, clustered
from ml.clustering.anchored_points import AnchoredPoints
from ml.clustering.nearest_anchors import no_anchors, with_anchors
from ml.features.blocks import FeatureBlocks
from ml.features.vectors import l2_normalised
from ml.runtime import choose_device, device_name

Matrix = NDArray[np.float32]
SEED = 0
GROUPS = 300


@dataclass(frozen=True)
class Problem:
    """`features` float32[N, D], `anchors` float32[m, D] and `start` float32[K, D], where others begin."""

    features: Matrix
    anchors: Matrix
    start: Matrix
    iterations: int


def synthetic(count: int, width: int, data: str) -> Matrix:
    """Return unit vectors float32[count, width]: a mixture on the sphere, or noise without any groups."""
    generator = np.random.default_rng(SEED)
    points = generator.standard_normal((count, width), dtype=np.float32) / np.float32(np.sqrt(width))
    if data == "clusters":
        means = l2_normalised(generator.standard_normal((GROUPS, width), dtype=np.float32))
        shares = generator.dirichlet(np.full(GROUPS, 2.0))
        points += means[generator.choice(GROUPS, count, p=shares)]
    return l2_normalised(points)


def problem_of(features: Matrix, anchors: int, new: int, iterations: int) -> Problem:
    """Return the problem whose start is the one that FAISS draws with our seed.

    FAISS fills the centres that it is not given from a permutation of the rows by seed + 1; `anchors` other
    rows are the anchors.
    """
    order = np.empty(len(features), dtype=np.int32)
    faiss.rand_perm(faiss.swig_ptr(order), len(features), SEED + 1)
    chosen, start = order[-anchors:], order[anchors : anchors + new]
    problem = Problem(features, features[chosen], features[start], iterations)
    updates = ackmeans(features, problem.anchors, new, init=problem.start, max_iter=iterations).n_iter
    return Problem(features, problem.anchors, problem.start, updates)


def by_ackmeans(problem: Problem) -> Matrix:
    """Return the centres of ACKMeans, on the GPU where there is one."""
    start, device = problem.start, choose_device()
    return ackmeans(
        problem.features,
        problem.anchors,
        len(start),
        init=start,
        max_iter=problem.iterations,
        device=device,
    ).centres


def by_carried_ackmeans(problem: Problem) -> Callable[[], Matrix]:
    """Return ACKMeans for the step after one whose anchors, eight ninths of ours, are known."""
    device, known = choose_device(), len(problem.anchors) * 8 // 9
    points = FeatureBlocks(problem.features, device)
    anchors, positions = points.tensor(problem.anchors), torch.arange(len(problem.anchors), device=device)
    before = with_anchors(points, no_anchors(points), anchors[:known], positions[:known])

    def run() -> Matrix:
        points = FeatureBlocks(problem.features, device)
        nearest = with_anchors(points, before, anchors[known:], positions[known:])
        anchored = AnchoredPoints(points, problem.anchors, device, nearest=nearest)
        return clustered(
            anchored, len(problem.start), max_iter=problem.iterations, init=problem.start
        ).centres

    return run


def by_faiss(problem: Problem) -> Matrix:
    """Return the centres of FAISS, which is given the anchors and draws the start itself."""
    engine = faiss.Kmeans(
        problem.features.shape[1],
        len(problem.anchors) + len(problem.start),
        niter=problem.iterations,
        frozen_centroids=True,
        seed=SEED,
        max_points_per_centroid=len(problem.features),
    )
    engine.train(problem.features, init_centroids=problem.anchors)
    return np.asarray(engine.centroids, dtype=np.float32)


def by_scikit_learn(problem: Problem) -> Matrix:
    """Return the centres of scikit-learn, none of them fixed."""
    start = np.concatenate([problem.anchors, problem.start])
    model = KMeans(len(start), init=start, n_init=1, max_iter=problem.iterations, tol=0.0, algorithm="lloyd")
    return np.asarray(model.fit(problem.features).cluster_centers_, dtype=np.float32)


def by_naive_loop(problem: Problem) -> Matrix:
    """Return the centres of Algorithm 1 as the paper writes it, point by point."""
    centres = np.concatenate([problem.anchors, problem.start])
    labels = np.zeros(len(problem.features), dtype=np.int64)
    for _ in range(problem.iterations):
        for row, point in enumerate(problem.features):
            labels[row] = np.square(centres - point).sum(axis=1).argmin()
        for j in range(len(problem.anchors), len(centres)):
            if (labels == j).any():
                centres[j] = problem.features[labels == j].mean(axis=0)
    return centres


def inertia(features: Matrix, centres: Matrix) -> float:
    """Return the sum of squared distances to the nearest centre."""
    points = AnchoredPoints(features, centres, "cpu")
    return float(points.anchor_distances.double().sum())


def race(problem: Problem, turns: int, *, naive: bool) -> dict[str, tuple[list[float], float]]:
    """Return for each contender the seconds of every turn and the inertia; the naive loop has one turn."""
    contenders: dict[str, Callable[[], Matrix]] = {
        "ACKMeans": lambda: by_ackmeans(problem),
        "ACKMeans, carried": by_carried_ackmeans(problem),
        "FAISS, frozen centroids": lambda: by_faiss(problem),
        "scikit-learn KMeans": lambda: by_scikit_learn(problem),
    }
    if naive:
        contenders["naive loop"] = lambda: by_naive_loop(problem)
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    found: dict[str, float] = {}
    for turn in range(turns):
        for name, run in contenders.items():
            if turn and name == "naive loop":
                continue
            started = time.perf_counter()
            centres = run()
            seconds[name].append(time.perf_counter() - started)
            if not turn:
                found[name] = inertia(problem.features, centres)
    return {name: (seconds[name], found[name]) for name in contenders}


def report(problem: Problem, results: dict[str, tuple[list[float], float]]) -> str:
    """Return a table; ratios are to ACKMeans in the same turn, with the least and the most of them."""
    own, own_inertia = results["ACKMeans"]
    lines = [
        f"m = {len(problem.anchors)}, K = {len(problem.start)}, N = {len(problem.features):,}, "
        f"D = {problem.features.shape[1]}, {problem.iterations} iterations",
        "",
        "| | seconds | time / ACKMeans (least, most) | inertia - ACKMeans |",
        "|---|--:|--:|--:|",
    ]
    for name, (seconds, found) in results.items():
        ratios = sorted(theirs / ours for theirs, ours in zip(seconds, own, strict=False))
        lines.append(
            f"| {name} | {statistics.median(seconds):.3f} "
            f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f}, {ratios[-1]:.2f}) "
            f"| {100 * (found / own_inertia - 1):+.4f} % |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Race for every number of anchors and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--new", type=int, default=100)
    parser.add_argument("--anchors", type=int, nargs="+", default=[100, 900])
    parser.add_argument("--iterations", type=int, default=20)
    parser.add_argument("--data", choices=("clusters", "noise"), default="clusters")
    parser.add_argument("--turns", type=int, default=5, choices=range(1, 101), metavar="1..100")
    parser.add_argument("--naive", action="store_true", help="run the naive loop too: minutes")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {device_name(choose_device())}, load {load:.1f}, {options.data}; ", end="")
    print(f"torch {torch.__version__}, FAISS {faiss.__version__}, scikit-learn {sklearn.__version__}\n")
    features = synthetic(options.points, options.width, options.data)
    for anchors in options.anchors:
        problem = problem_of(features, anchors, options.new, options.iterations)
        print(report(problem, race(problem, options.turns, naive=options.naive)), flush=True)


if __name__ == "__main__":
    main()
