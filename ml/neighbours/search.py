"""The nearest neighbours of every image: exactly, or, in a large pool, among the cells of k-means around it.

A large pool is read cell by cell, so that a memory map of it is enough: no index holds a copy. Similar cells
follow each other, so that the pages that one needs are mostly there from the one before. Unlike a navigable
small world built by several threads, the cells come out the same on every run.
"""

import faiss
import numpy as np
import torch
from numpy.typing import NDArray

from ml.features.blocks import FeatureBlocks, Features, features_at
from ml.features.memory_map import read_at_random

# Exact search up to this many images.
EXACT = 50_000
CELLS_SEARCHED = 16
TRAINING_PER_CELL = 40
TRAINING_ITERATIONS = 10
# Similarities computed at a time.
SCORES = 2**24


def nearest(features: Features, count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return cosines float32[N, count] and rows int64[N, count] of the nearest rows, the own one included.

    `features` [N, D] have unit length, float32 or float16, memory-mapped or not. Where fewer are found, the
    rest are rows -1 with cosine -1.
    """
    if len(features) > EXACT:
        return nearest_by_cells(features, count)
    index = faiss.IndexFlatIP(features.shape[1])
    points = np.asarray(features[:], dtype=np.float32)
    index.add(points)
    similarities, rows = index.search(points, count)
    return similarities, rows


def nearest_by_cells(features: Features, count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return what `nearest` does, looking for each image's neighbours in the 16 cells nearest to it."""
    near = nearest_cells(features)
    probes, cells = near.shape[1], int(near.max(initial=-1)) + 1
    own, probing = grouped(near[:, 0], cells), grouped(near.ravel(), cells)
    del near
    similarities = torch.full((len(features), count), -1.0)
    rows = torch.full((len(features), count), -1, dtype=torch.int64)
    with read_at_random(features):
        for cell, places in zip(own, probing, strict=True):
            members = cell.astype(np.int64)
            others = torch.from_numpy(features_at(features, members))
            size = max(1, SCORES // max(1, len(members)))
            for start in range(0, len(places), size):
                queries = places[start : start + size].astype(np.int64) // probes
                points = torch.from_numpy(features_at(features, queries))
                best = (points @ others.T).topk(min(count, len(members)))
                values = torch.cat([similarities[queries], best.values], dim=1)
                candidates = torch.cat([rows[queries], torch.from_numpy(members)[best.indices]], dim=1)
                kept = values.topk(count)
                similarities[queries], rows[queries] = kept.values, candidates.gather(1, kept.indices)
    return similarities.numpy(), rows.numpy()


def nearest_cells(features: Features) -> NDArray[np.int32]:
    """Return the 16 cells whose centres each image is nearest to, int32[N, <= 16], its own first."""
    images, width = features.shape
    count = min(images, int(4 * np.sqrt(images)))
    sample = np.random.default_rng(0).choice(images, min(images, TRAINING_PER_CELL * count), replace=False)
    kmeans = faiss.Kmeans(
        width, count, niter=TRAINING_ITERATIONS, seed=1, spherical=True, min_points_per_centroid=1
    )
    kmeans.train(features_at(features, np.sort(sample)))
    centres = chained(torch.from_numpy(np.asarray(kmeans.centroids).reshape(count, width)))
    near = np.empty((images, min(CELLS_SEARCHED, count)), dtype=np.int32)
    for part, block in FeatureBlocks(features, "cpu").read(SCORES // count):
        near[part] = (block @ centres.T).topk(near.shape[1]).indices
    return near


def chained(centres: torch.Tensor) -> torch.Tensor:
    """Return `centres` float32[K, D] in an order in which each is followed by the most similar one left."""
    order = [0] if len(centres) else []
    left = torch.zeros(len(centres))
    while len(order) < len(centres):
        left[order[-1]] = -torch.inf
        order.append(int((centres @ centres[order[-1]] + left).argmax()))
    return centres[order]


def grouped(groups: NDArray[np.int32], count: int) -> list[NDArray[np.int32]]:
    """Return where each of the groups 0, 1, ..., `count` - 1 stands in `groups` int32[n]."""
    order = np.argsort(groups, kind="stable").astype(np.int32)
    return np.split(order, np.cumsum(np.bincount(groups, minlength=count))[:-1])
