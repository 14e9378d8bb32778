"""Plain k-means."""

import faiss
import numpy as np
from numpy.typing import NDArray

from ml.errors import UnusableInputError

ITERATIONS = 50


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
