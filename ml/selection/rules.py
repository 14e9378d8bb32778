"""Which image of a new cluster is its eigen-sample."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml.features.blocks import Features, features_at
from ml.selection.density import local_density

Rule = Callable[[Features, NDArray[np.int64], NDArray[np.float32]], NDArray[np.float32]]
"""(features [N, D], members int64[n], centre float32[D]) -> scores float32[n]; the highest wins."""

BLOCK = 4096


def nearest(
    features: Features, members: NDArray[np.int64], centre: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Score by nearness to the centre, the paper's rule."""
    scores = np.empty(len(members), dtype=np.float32)
    for start in range(0, len(members), BLOCK):
        block = features_at(features, members[start : start + BLOCK])
        scores[start : start + BLOCK] = -np.square(block - centre).sum(axis=1)
    return scores


def densest(
    features: Features, members: NDArray[np.int64], centre: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Score by local density within the cluster; the centre only breaks ties."""
    density = local_density(features, members)
    return density + np.float32(1e-6) * nearest(features, members, centre)


RULES: dict[str, Rule] = {"nearest": nearest, "densest": densest}
