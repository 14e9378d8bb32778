"""`eigenlab clusters`: how well plain k-means on an encoder's features finds the classes."""

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from ml.errors import UnusableInputError
from ml.metrics.clustering import bcubed, hungarian_accuracy, normalised_mutual_information

ITERATIONS = 50
FIGURES = ("BCubed precision", "BCubed recall", "BCubed F", "NMI", "Hungarian accuracy")


def kmeans(features: NDArray[np.float32], clusters: int, seed: int) -> NDArray[np.int64]:
    """Return int64[N], the k-means cluster of each of `features` float32[N, D] (FAISS, all points used).

    Raises UnusableInputError when there are fewer features than clusters.
    """
    if not 1 <= clusters <= len(features):
        raise UnusableInputError(f"{len(features):,} images cannot make {clusters:,} clusters")
    method = faiss.Kmeans(
        features.shape[1],
        clusters,
        niter=ITERATIONS,
        seed=seed,
        min_points_per_centroid=1,
        max_points_per_centroid=len(features),
    )
    method.train(features)
    return np.asarray(method.index.search(features, 1)[1][:, 0], dtype=np.int64)


def figures(clusters: NDArray[np.int64], truth: NDArray[np.int64]) -> list[float]:
    """Return FIGURES of `clusters` int64[N] against `truth` int64[N]."""
    found = bcubed(clusters, truth)
    mutual = normalised_mutual_information(clusters, truth)
    return [found.precision, found.recall, found.f, mutual, hungarian_accuracy(clusters, truth)]


def clustering_table(
    features: NDArray[np.float32], truth: NDArray[np.int64], clusters: int, seeds: Sequence[int]
) -> str:
    """Return a markdown table of FIGURES in per cent, mean ± standard deviation over `seeds`."""
    found = 100 * np.array([figures(kmeans(features, clusters, seed), truth) for seed in seeds])
    spread = found.std(axis=0, ddof=1) if len(seeds) > 1 else np.zeros(len(FIGURES))
    cells = [f"{mean:.1f} ± {std:.1f}" for mean, std in zip(found.mean(axis=0), spread, strict=True)]
    rows = [FIGURES, ["---"] * len(FIGURES), cells]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
