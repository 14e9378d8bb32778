"""Spherical k-means (Dhillon and Modha 2001) on the device of the vectors, in chunks that fit its memory."""

import torch
from torch.nn.functional import normalize

CHUNK = 65_536


def spherical_kmeans(
    vectors: torch.Tensor, weights: torch.Tensor, count: int, iterations: int, generator: torch.Generator
) -> torch.Tensor:
    """Return K = `count` centres of unit length, float32[K, D], of unit `vectors` [N, D] with `weights` [N].

    They start at random vectors, take `iterations` steps, and where none is nearest to a centre it stays.
    """
    order = torch.randperm(len(vectors), generator=generator, device=vectors.device)
    centres = vectors[order.repeat(-(-count // len(vectors)))[:count]].float()
    for _ in range(iterations):
        sums = torch.zeros_like(centres)
        for rows in torch.split(torch.arange(len(vectors), device=vectors.device), CHUNK):
            part = vectors[rows].float()
            sums.index_add_(0, nearest(part, centres), part * weights[rows, None])
        filled = sums.norm(dim=1, keepdim=True) > 0
        centres = torch.where(filled, normalize(sums, dim=1), centres)
    return centres


def nearest(vectors: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """Return int64[N], the centre [K, D] that is most alike to each of `vectors` [N, D]."""
    return torch.cat([(part.float() @ centres.T).argmax(dim=1) for part in torch.split(vectors, CHUNK)])
