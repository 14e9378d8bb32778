"""Which image of a new cluster is its eigen-sample."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml.selection.density import local_density

Rule = Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]]
"""(members float32[n, D], centre float32[D]) -> scores float32[n]; the highest is the eigen-sample."""


def nearest(members: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Score by nearness to the centre, the paper's rule."""
    distances: NDArray[np.float32] = np.square(members - centre).sum(axis=1)
    return -distances


def densest(members: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    """Score by local density within the cluster; the centre only breaks ties."""
    density = local_density(members)
    return density + np.float32(1e-6) * nearest(members, centre)


RULES: dict[str, Rule] = {"nearest": nearest, "densest": densest}
