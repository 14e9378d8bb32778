"""Clusters for strategies that do not cluster: every image goes to the nearest labelled or chosen one."""

import numpy as np
from numpy.typing import NDArray

from ml.selection.anchored import anchored
from ml.selection.protocol import Selection, SelectionInput


def around(given: SelectionInput, eigen: NDArray[np.int64]) -> Selection:
    """Return the selection of `eigen` int64[K] with each row in the cluster of its nearest representative."""
    clusters = np.full(len(given.features), -1, dtype=np.int64)
    if len(given.labelled) + len(eigen):
        points = anchored(given)
        clusters = points.assign(points.tensor(given.features[eigen])).labels.cpu().numpy()
        clusters[eigen] = len(given.labelled) + np.arange(len(eigen))
    return Selection(eigen, clusters)
