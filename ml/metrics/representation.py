"""How good features are, before anything is trained on them."""

import faiss
import numpy as np
import torch
from numpy.typing import NDArray


def alignment(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Return the mean squared distance of positive pairs of unit vectors [N, D] (Wang and Isola 2020)."""
    return (first - second).square().sum(dim=1).mean()


def uniformity(features: torch.Tensor) -> torch.Tensor:
    """Return log E exp(-2 ||x - y||^2) over distinct pairs of unit vectors [N, D] (Wang and Isola 2020)."""
    return torch.pdist(features).square().mul(-2).exp().mean().log()


def knn_accuracy(
    known: NDArray[np.float32],
    asked: NDArray[np.float32],
    known_truth: NDArray[np.int64],
    asked_truth: NDArray[np.int64],
    *,
    neighbours: int = 200,
    temperature: float = 0.1,
) -> float:
    """Return the top-1 accuracy of a vote of nearest neighbours weighted exp(similarity / temperature).

    `known` float32[N, D] vote on `asked` float32[M, D], all of unit length (Wu et al. 2018, section 3.4).
    """
    nearest = faiss.IndexFlatIP(known.shape[1])
    nearest.add(known)
    similarity, rows = nearest.search(asked, min(neighbours, len(known)))
    weights = np.exp((similarity - similarity[:, :1]) / temperature)
    votes = np.zeros((len(asked), int(known_truth.max()) + 1))
    np.add.at(votes, (np.arange(len(asked))[:, None], known_truth[rows]), weights)
    return float((votes.argmax(axis=1) == asked_truth).mean())
