"""`eigenlab clusters`: how well plain k-means on an encoder's features finds the classes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.clustering.kmeans import kmeans
from ml.metrics.clustering import bcubed, hungarian_accuracy, normalised_mutual_information

FIGURES = ("BCubed precision", "BCubed recall", "BCubed F", "NMI", "Hungarian accuracy")


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
