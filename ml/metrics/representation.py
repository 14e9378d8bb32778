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
    similarity, rows = nearest(known, asked, neighbours)
    voted = vote(similarity, known_truth[rows], temperature)
    return float((voted == asked_truth).mean())


def knn_accuracy_among(
    features: NDArray[np.float32], truth: NDArray[np.int64], *, neighbours: int, temperature: float = 0.1
) -> float:
    """Return the `knn_accuracy` of `features` float32[N, D], N > 1, each asked of the nearest others."""
    similarity, rows = nearest(features, features, neighbours + 1)
    own = rows == np.arange(len(features))[:, None]
    own[~own.any(axis=1), -1] = True  # one of many equal images is not among those nearest to itself
    others = (len(features), rows.shape[1] - 1)
    voted = vote(similarity[~own].reshape(others), truth[rows[~own]].reshape(others), temperature)
    return float((voted == truth).mean())


def nearest(
    known: NDArray[np.float32], asked: NDArray[np.float32], neighbours: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return (similarities float32[M, K], rows of `known` int64[M, K]), the most alike first."""
    index = faiss.IndexFlatIP(known.shape[1])
    index.add(known)
    similarity, rows = index.search(asked, min(neighbours, len(known)))
    return similarity, rows


def vote(similarity: NDArray[np.float32], truth: NDArray[np.int64], temperature: float) -> NDArray[np.int64]:
    """Return int64[M], the class voted for by neighbours of `similarity` and of classes `truth`, [M, K]."""
    weights = np.exp((similarity - similarity[:, :1]) / temperature)
    votes = np.zeros((len(truth), int(truth.max()) + 1))
    np.add.at(votes, (np.arange(len(truth))[:, None], truth), weights)
    voted: NDArray[np.int64] = votes.argmax(axis=1)
    return voted
