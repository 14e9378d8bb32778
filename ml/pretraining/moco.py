"""MoCo v2 (He et al. 2020; Chen et al. 2020): a query has to find its key among a queue of older keys."""

import copy

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize


def contrastive_loss(
    query: torch.Tensor, key: torch.Tensor, queue: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Return the mean InfoNCE loss (He et al. 2020, equation 1).

    `query` and `key` [B, D] are pairs, `queue` [K, D] the negatives, all of unit length.
    """
    positive = (query * key).sum(dim=1, keepdim=True)
    logits = torch.cat([positive, query @ queue.T], dim=1) / temperature
    return cross_entropy(logits.float(), torch.zeros(len(query), dtype=torch.long, device=query.device))


def projection_head(features: int, dimensions: int) -> nn.Sequential:
    """Return the two-layer head of MoCo v2."""
    return nn.Sequential(
        nn.Linear(features, features), nn.ReLU(inplace=True), nn.Linear(features, dimensions)
    )


class MoCo(nn.Module):
    """Query encoder, its slowly moving copy for keys, and the queue of past keys."""

    queue: torch.Tensor

    def __init__(
        self, backbone: nn.Module, features: int, dimensions: int, queue_size: int, key_momentum: float
    ) -> None:
        super().__init__()
        self.query = nn.Sequential(backbone, projection_head(features, dimensions))
        self.key = copy.deepcopy(self.query).requires_grad_(requires_grad=False)
        self.key_momentum = key_momentum
        self.register_buffer("queue", normalize(torch.randn(queue_size, dimensions), dim=1))

    @property
    def backbone(self) -> nn.Module:
        """Return the query encoder without its head: what pretraining is for."""
        backbone: nn.Module = self.query[0]
        return backbone

    def queries(self, views: torch.Tensor) -> torch.Tensor:
        """Return unit projections [B, D] of `views` float32[B, 3, S, S]."""
        return normalize(self.query(views), dim=1)

    @torch.no_grad()
    def keys(self, views: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
        """Return the key encoder's unit projections [B, D] of `views`, computed in `order` int64[B]."""
        projected = normalize(self.key(views[order]), dim=1)
        keys = torch.empty_like(projected)
        keys[order] = projected
        return keys

    @torch.no_grad()
    def move_key_encoder(self) -> None:
        """Let the key encoder's parameters follow the query's (He et al. 2020, equation 2)."""
        torch._foreach_lerp_(
            list(self.key.parameters()), list(self.query.parameters()), 1 - self.key_momentum
        )

    @torch.no_grad()
    def enqueue(self, keys: torch.Tensor, step: int) -> None:
        """Replace the oldest keys of the queue by `keys` [B, D], those of `step` (from 0)."""
        size = len(self.queue)
        start = step * len(keys) % size
        places = (start + torch.arange(len(keys), device=keys.device)) % size
        self.queue[places] = keys.to(self.queue.dtype)
