"""The graph that joins each image of a pool to its nearest neighbours, made once per encoder and pool."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.features.centred import CentredFeatures, Stored
from ml.neighbours.search import CELLS_SEARCHED, EXACT, nearest
from ml.whole_file import written_whole


@dataclass(frozen=True)
class GraphKind:
    """Each image is joined to its nearest `neighbours`; weights are cosine ** `power`.

    `centred` features are without their mean, and of unit length again: what all images share joins none.
    """

    neighbours: int = 10
    power: int = 8
    centred: bool = False


# Far neighbours hardly count (Iscen et al. 2019 take a power of 3; 8 did better on features as they are).
PLAIN = GraphKind()
# Without the mean cosines spread more.
CENTRED = GraphKind(power=3, centred=True)


@dataclass(frozen=True)
class NeighbourGraph:
    """`weights` is S = D^-1/2 W D^-1/2, a symmetric CSR matrix float64[N, N] (Zhou et al. 2004, step 2)."""

    weights: sparse.csr_matrix

    def __len__(self) -> int:
        """Return N."""
        return int(self.weights.shape[0])

    def save(self, path: Path) -> None:
        """Write to `path` in one go."""
        with written_whole(path) as partial, partial.open("wb") as file:
            sparse.save_npz(file, self.weights, compressed=False)

    @classmethod
    def load(cls, path: Path) -> "NeighbourGraph | None":
        """Return the graph at `path`, or None where there is none that can be read."""
        try:
            return cls(sparse.csr_matrix(sparse.load_npz(path)))
        except (OSError, ValueError, KeyError, EOFError):
            return None


def build_graph(features: Stored, kind: GraphKind = PLAIN) -> NeighbourGraph:
    """Return the graph of unit-length `features` [N, D]; a zero row has no neighbours.

    They are float32 or float16 and may be a memory map, which is read in blocks.
    """
    read = CentredFeatures(features) if kind.centred else features
    similarities, found = nearest(read, min(kind.neighbours + 1, len(features)))
    one_way = one_way_weights(similarities, found, kind.power)
    del similarities, found  # for a million images, each of these is what one can hardly afford
    joined = sparse.csr_matrix(one_way.maximum(one_way.T))
    del one_way
    joined.data = joined.data.astype(np.float64)
    degrees = np.asarray(joined.sum(axis=1)).ravel()
    scale = 1 / np.sqrt(np.maximum(degrees, 1e-12))
    joined.data *= np.repeat(scale, np.diff(joined.indptr))
    joined.data *= scale[joined.indices]
    return NeighbourGraph(joined)


def one_way_weights(
    similarities: NDArray[np.float32], neighbours: NDArray[np.int64], power: int
) -> sparse.csr_matrix:
    """Return float32[N, N], cosine ** `power` of each image and its `neighbours` int64[N, k].

    `similarities` float32[N, k] are their cosines; a neighbour -1 is none, and no image is its own.
    """
    count, each = neighbours.shape
    weights = np.maximum(similarities, 0) ** power
    weights[(neighbours == np.arange(count)[:, None]) | (neighbours < 0)] = 0
    columns = np.maximum(neighbours, 0).astype(np.int32)
    starts = np.arange(count + 1, dtype=np.int64) * each
    one_way = sparse.csr_matrix((weights.ravel(), columns.ravel(), starts), shape=(count, count))
    one_way.eliminate_zeros()
    return one_way


def cached_graph(
    directory: Path, features: NDArray[np.float32], features_key: str, kind: GraphKind = PLAIN
) -> NeighbourGraph:
    """Return the graph of unit-length `features` float32[N, D], kept in `directory` from its first use on.

    `features_key` names the features: others have another.
    """
    parts = [features_key, kind.neighbours, kind.power, EXACT, CELLS_SEARCHED, *(["centred"] * kind.centred)]
    name = hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:24]
    path = directory / "graphs" / f"{name}.npz"
    with suppress(FileNotFoundError):
        os.utime(path)  # what nobody uses is removed (worker/database/caches.py)
    graph = NeighbourGraph.load(path)
    if graph is None or len(graph) != len(features):
        graph = build_graph(features, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        graph.save(path)
    return graph
