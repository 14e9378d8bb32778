"""The graph that joins each image of a pool to its nearest neighbours, made once per encoder and pool."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

NEIGHBOURS = 10
# Weights are cosine ** POWER: far neighbours hardly count (Iscen et al. 2019 take 3; 8 did better here).
POWER = 8
# Exact search up to this many images. Above, cells of k-means are searched: unlike a navigable small world
# built by several threads, they come out the same on every run.
EXACT = 50_000
CELLS_SEARCHED = 16
TRAINING_PER_CELL = 40


@dataclass(frozen=True)
class NeighbourGraph:
    """`weights` is S = D^-1/2 W D^-1/2, a symmetric CSR matrix float64[N, N] (Zhou et al. 2004, step 2)."""

    weights: sparse.csr_matrix

    def __len__(self) -> int:
        """Return N."""
        return int(self.weights.shape[0])

    def save(self, path: Path) -> None:
        """Write to `path` in one go."""
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        with partial.open("wb") as file:
            sparse.save_npz(file, self.weights, compressed=False)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> "NeighbourGraph | None":
        """Return the graph at `path`, or None where there is none that can be read."""
        try:
            return cls(sparse.csr_matrix(sparse.load_npz(path)))
        except (OSError, ValueError, KeyError, EOFError):
            return None


def build_graph(features: NDArray[np.float32], neighbours: int = NEIGHBOURS) -> NeighbourGraph:
    """Return the graph of unit-length `features` float32[N, D]; a zero row has no neighbours."""
    count = len(features)
    similarities, columns = nearest(features, min(neighbours + 1, count))
    rows = np.repeat(np.arange(count), columns.shape[1])
    weights = np.maximum(similarities.ravel(), 0) ** POWER
    columns = columns.ravel()
    kept = (columns != rows) & (columns >= 0) & (weights > 0)
    shape = (count, count)
    one_way = sparse.csr_matrix((weights[kept], (rows[kept], columns[kept])), shape=shape, dtype=np.float64)
    joined = one_way.maximum(one_way.T).tocsr()
    degrees = np.asarray(joined.sum(axis=1)).ravel()
    scale = sparse.diags_array(1 / np.sqrt(np.maximum(degrees, 1e-12)))
    return NeighbourGraph(sparse.csr_matrix(scale @ joined @ scale))


def nearest(features: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return cosines float32[N, count] and rows int64[N, count] of the nearest rows, the own one included."""
    images, dimensions = features.shape
    exact = faiss.IndexFlatIP(dimensions)
    if images <= EXACT:
        exact.add(features)
        return exact.search(features, count)
    cells = int(4 * np.sqrt(images))
    index = faiss.IndexIVFFlat(exact, dimensions, cells, faiss.METRIC_INNER_PRODUCT)
    index.nprobe = CELLS_SEARCHED
    sample = np.random.default_rng(0).choice(images, min(images, TRAINING_PER_CELL * cells), replace=False)
    index.train(features[np.sort(sample)])
    index.add(features)
    return index.search(features, count)


def cached_graph(directory: Path, features: NDArray[np.float32], features_key: str) -> NeighbourGraph:
    """Return the graph of unit-length `features` float32[N, D], kept in `directory` from its first use on.

    `features_key` names the features: others have another.
    """
    parts = (features_key, NEIGHBOURS, POWER, EXACT, CELLS_SEARCHED)
    name = hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:24]
    path = directory / "graphs" / f"{name}.npz"
    graph = NeighbourGraph.load(path)
    if graph is None or len(graph) != len(features):
        graph = build_graph(features)
        path.parent.mkdir(parents=True, exist_ok=True)
        graph.save(path)
    return graph
