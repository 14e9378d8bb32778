"""How well hard clusters agree with known classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import normalized_mutual_info_score


@dataclass(frozen=True)
class BCubed:
    """Averages over images, in (0, 1]; `f` is the harmonic mean of `precision` and `recall`."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Return 2 P R / (P + R)."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def contingency(clusters: NDArray[np.int64], classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[K, L]: the images in each of the K clusters and of each of the L classes that occur.

    `clusters` and `classes` int64[N] may hold any numbers. Raises ValueError without images.
    """
    if len(clusters) != len(classes) or not len(clusters):
        raise ValueError("clusters and classes have to be of the same images, at least one")
    cluster_names, cluster = np.unique(clusters, return_inverse=True)
    class_names, category = np.unique(classes, return_inverse=True)
    cells = np.bincount(
        cluster * len(class_names) + category, minlength=len(cluster_names) * len(class_names)
    )
    return cells.reshape(len(cluster_names), len(class_names)).astype(np.int64)


def bcubed(clusters: NDArray[np.int64], classes: NDArray[np.int64]) -> BCubed:
    """Return the BCubed scores of `clusters` int64[N] against `classes` int64[N] (Amigó et al. 2009).

    Precision is the share of an image's cluster that has its class, recall the share of its class that is in
    its cluster, both averaged over images: (1/N) sum_c sum_l n_cl^2 / n_c, and n_l in place of n_c.
    """
    table = contingency(clusters, classes).astype(np.float64)
    squares = np.square(table)
    return BCubed(
        precision=float((squares.sum(axis=1) / table.sum(axis=1)).sum() / table.sum()),
        recall=float((squares.sum(axis=0) / table.sum(axis=0)).sum() / table.sum()),
    )


def normalised_mutual_information(clusters: NDArray[np.int64], classes: NDArray[np.int64]) -> float:
    """Return the mutual information over the mean of both entropies, in [0, 1] (scikit-learn's)."""
    return float(normalized_mutual_info_score(classes, clusters))


def hungarian_accuracy(clusters: NDArray[np.int64], classes: NDArray[np.int64]) -> float:
    """Return the accuracy of the best one-to-one naming of clusters by classes (Kuhn 1955).

    Where their numbers differ, the images of clusters without a class, or of classes without a cluster, are
    wrong.
    """
    table = contingency(clusters, classes)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(table[rows, columns].sum() / table.sum())
