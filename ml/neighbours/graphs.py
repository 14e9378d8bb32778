"""The graphs of a pool that a head spreads labels over."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.neighbours.graph import CENTRED, NeighbourGraph, build_graph, cached_graph


@dataclass(frozen=True)
class PoolGraphs:
    """`plain` joins images by their features as they are, `centred` by what sets them apart from the mean."""

    plain: NeighbourGraph
    centred: NeighbourGraph | None = None


def cached_graphs(directory: Path, features: NDArray[np.float32], key: str, *, centred: bool) -> PoolGraphs:
    """Return graphs of unit-length `features` float32[N, D] called `key`, as `cached_graph` keeps them."""
    plain = cached_graph(directory, features, key)
    return PoolGraphs(plain, cached_graph(directory, features, key, CENTRED) if centred else None)


def build_graphs(features: NDArray[np.float32]) -> PoolGraphs:
    """Return both graphs of unit-length `features` float32[N, D]."""
    return PoolGraphs(build_graph(features), build_graph(features, CENTRED))
