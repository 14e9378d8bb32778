"""MoCo v2 (He et al. 2020; Chen et al. 2020): a query has to find its key among a queue of older keys."""

import copy
from typing import ClassVar

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize

from ml.config import MocoV2Config
from ml.pretraining.methods.method import Amounts, Batch, Method, Step, View
from ml.pretraining.split_batch_norm import split_batch_norms
from ml.pretraining.world import World

LONGEST_QUEUE = 65_536


def contrastive_loss(
    query: torch.Tensor, key: torch.Tensor, queue: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Return the mean InfoNCE loss (He et al. 2020, equation 1).

    `query` and `key` [B, D] are pairs, `queue` [K, D] the negatives, all of unit length.
    """
    positive = (query * key).sum(dim=1, keepdim=True)
    logits = torch.cat([positive, query @ queue.T], dim=1) / temperature
    return cross_entropy(logits, torch.zeros(len(query), dtype=torch.long, device=query.device))


def projection_head(kind: str, features: int, dimensions: int) -> nn.Module:
    """Return the two-layer head of MoCo v2 (`mlp`), or one layer (`linear`)."""
    if kind == "linear":
        return nn.Linear(features, dimensions)
    return nn.Sequential(
        nn.Linear(features, features), nn.ReLU(inplace=True), nn.Linear(features, dimensions)
    )


def queue_size_of(config: MocoV2Config, epoch_images: int) -> int:
    """Return the length of the queue: as configured, or MoCo's 65,536 as far as an epoch has images.

    It has room for the keys of a step.
    """
    wanted = config.queue_size or min(LONGEST_QUEUE, epoch_images // config.batch_size * config.batch_size)
    return max(wanted, config.batch_size * ways(config))


def ways(config: MocoV2Config) -> int:
    """Return how many times a step tells images apart: views by each other, or the first by the second."""
    return 2 if config.symmetric else 1


class MocoV2(Method):
    """Query encoder, its slowly moving copy for keys, and the queue of past keys."""

    # MoCo v2's; unsupervised finetuning disturbs what is there less (paper, section 6.3).
    learning_rates: ClassVar = {"tup": 0.03, "vup": 0.03, "uf": 0.003}
    parallel = True
    queue: torch.Tensor

    def __init__(self, config: MocoV2Config, backbone: nn.Module, features: int, amounts: Amounts) -> None:
        super().__init__(config, backbone, features, amounts)
        dimensions = config.projection_dim
        self.temperature, self.key_momentum = config.temperature, config.key_momentum
        self.ways = ways(config)
        self.keys_a_step = self.ways * config.batch_size
        self.query = nn.Sequential(backbone, projection_head(config.head, features, dimensions))
        self.key = copy.deepcopy(self.query).requires_grad_(requires_grad=False)
        length = queue_size_of(config, amounts.epoch_images)
        self.register_buffer("queue", normalize(torch.randn(length, dimensions), dim=1))
        self.parts = config.parts
        split_batch_norms(self, self.parts)

    def join(self, world: World) -> None:
        """Share the parts of a batch that have statistics of their own among the processes."""
        self.world = world
        split_batch_norms(self, max(1, self.parts // world.size))

    @property
    def backbone(self) -> nn.Module:
        """Return the query encoder without its head: what pretraining is for."""
        backbone: nn.Module = self.query[0]
        return backbone

    def trained(self) -> list[nn.Parameter]:
        """Return the parameters of the query encoder and its head."""
        return list(self.query.parameters())

    def inputs(self, batch: Batch, view: View, generator: torch.Generator) -> tuple[torch.Tensor, ...]:
        """Return two views, and for each way the order int64[B] in which the whole batch has its keys."""
        first, second = view(), view()
        images = len(first) * self.world.size
        orders = [
            torch.randperm(images, generator=generator, device=generator.device) for _ in range(self.ways)
        ]
        return first, second, *orders

    def forward(self, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        """Return the first view's projections, and those of the whole batch's second by the key encoder.

        Both ways, the second view's queries and the first's keys come after them. The key encoder follows
        the queries' as it is before the optimiser's step, as in the official code.
        """
        first, second, *orders = inputs
        pairs = [(first, second), (second, first)][: self.ways]
        queries = [self.query(asked) for asked, _ in pairs]
        self.move_key_encoder()
        keys = [self.keys(found, order) for (_, found), order in zip(pairs, orders, strict=True)]
        return torch.cat(queries), torch.cat(keys)

    def loss(self, outputs: tuple[torch.Tensor, ...]) -> Step:
        """Return the loss of queries among their keys and the queue: both ways, it is the sum of the two."""
        query, self.new_keys = (normalize(output, dim=1) for output in outputs)
        each_way = self.new_keys.view(self.ways, -1, self.new_keys.shape[1])
        key = each_way[:, self.world.part(each_way.shape[1])].flatten(0, 1)
        return Step(self.ways * contrastive_loss(query, key, self.queue, self.temperature), query, key)

    def after_step(self, step: Step, batch: Batch, number: int) -> None:
        """Put the keys of the step into the queue."""
        self.enqueue(self.new_keys, number)

    def restore(self, tensors: dict[str, torch.Tensor]) -> None:
        """Take over a checkpoint, whose queue may be longer: it follows the number of images."""
        self.queue = tensors["queue"].to(self.queue.device)
        super().restore(tensors)

    def kept(self, steps: int) -> dict[str, torch.Tensor]:
        """Return networks and the queue, its oldest key first."""
        next_place = steps * self.keys_a_step % len(self.queue)
        return super().kept(steps) | {"queue": self.queue.roll(-next_place, 0)}

    def take_up(self, kept: dict[str, torch.Tensor]) -> bool:
        """Go on from what an earlier run kept; of its queue, with the newest keys that there is room for.

        Where there is room for more, keys made of noise are replaced before those.
        """
        queue, earlier = self.queue.clone(), kept.get("queue", self.queue).to(self.queue.device)
        if queue.shape[1] != earlier.shape[1]:
            return False
        room = min(len(queue), len(earlier))
        queue[len(queue) - room :] = earlier[len(earlier) - room :]
        return super().take_up(kept | {"queue": queue})

    @torch.no_grad()
    def keys(self, views: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
        """Return the key encoder's projections [B, D] of all processes' `views`, computed in `order`.

        Each process computes its part of that order, so that keys meet in other company than their queries.
        """
        own = order[self.world.part(len(order))]
        projected = self.world.gathered(self.key(self.world.gathered(views)[own]))
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


METHOD = MocoV2
