"""DeepCluster v2 (Caron et al. 2018, 2020): views have to find the cluster that their image was in."""

from typing import ClassVar

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize
from torch.optim import Optimizer

from ml.config import DeepclusterV2Config, PretrainConfig
from ml.pretraining.lars import Lars
from ml.pretraining.methods.method import Amounts, Batch, Epoch, Method, Step, View
from ml.pretraining.spherical_kmeans import nearest, spherical_kmeans
from ml.pretraining.world import ALONE, World

UNKNOWN = -100
"""Stands for the cluster of an image that has not been embedded yet; the loss leaves it out."""

IMAGES_A_CLUSTER = 200
FEWEST, MOST = 10, 3000
BANKS = 2


def prototypes_of(config: DeepclusterV2Config, images: int) -> int:
    """Return the number of clusters: as configured, or one for 200 images as far as there are that many."""
    wanted = config.prototypes or min(MOST, max(FEWEST, images // IMAGES_A_CLUSTER))
    return min(wanted, images)


def clustering_loss(
    embeddings: torch.Tensor,
    prototypes: torch.Tensor,
    clusters: torch.Tensor,
    temperature: float,
    world: World = ALONE,
) -> torch.Tensor:
    """Return the mean cross-entropy over heads and crops.

    `embeddings` [C * B, D] are unit vectors of C crops, `prototypes` [H, K, D] unit vectors too; `clusters`
    int64[H, B] are the clusters of the B images, `UNKNOWN` where an image is left out. Where the B images are
    a part of the batch of a `world`, its processes' mean is that of the whole batch.
    """
    crops = len(embeddings) // clusters.shape[1]
    totals = []
    for centres, own in zip(prototypes, clusters, strict=True):
        scores, targets = embeddings @ centres.T / temperature, own.repeat(crops)
        totals.append(cross_entropy(scores, targets, ignore_index=UNKNOWN, reduction="sum"))
    known = crops * (clusters != UNKNOWN).sum(dim=1).float()
    world.average_([known])
    return (torch.stack(totals) / known.clamp(min=1 / world.size)).mean()


class DeepclusterV2(Method):
    """Encoder, head, and the memory of what each image was last embedded as, by two of its crops.

    Head h clusters the bank h mod 2; its prototypes are the cluster centres and never trained. Where an epoch
    draws a part of the target only, an image keeps its last embedding: it has a cluster whenever it was
    embedded before, and counts for the centres as often as the epoch before drew it.
    """

    # The authors' 4.8 for 4096 images; unsupervised finetuning at a tenth (paper, section 6.3).
    learning_rates: ClassVar = {"tup": 0.3, "vup": 0.3, "uf": 0.03}
    parallel = True
    bank: torch.Tensor
    drawn: torch.Tensor
    clusters: torch.Tensor
    prototypes: torch.Tensor

    def __init__(
        self, config: DeepclusterV2Config, backbone: nn.Module, features: int, amounts: Amounts
    ) -> None:
        super().__init__(config, backbone, features, amounts)
        self.config, dimensions = config, config.projection_dim
        self.encoder = backbone
        self.head = nn.Sequential(
            nn.Linear(features, features),
            nn.BatchNorm1d(features),
            nn.ReLU(inplace=True),
            nn.Linear(features, dimensions),
        )
        count = prototypes_of(config, amounts.images)
        self.register_buffer("bank", torch.zeros(BANKS, amounts.images, dimensions))
        self.register_buffer("drawn", torch.zeros(amounts.images))
        self.register_buffer("clusters", torch.full((config.heads, amounts.images), UNKNOWN))
        self.register_buffer("prototypes", torch.zeros(config.heads, count, dimensions))

    @property
    def backbone(self) -> nn.Module:
        """Return the encoder."""
        return self.encoder

    def trained(self) -> list[nn.Parameter]:
        """Return the parameters of the encoder and the head."""
        return list(self.parameters())

    @torch.no_grad()
    def start_epoch(self, epoch: Epoch) -> None:
        """Cluster the images by what the epoch before embedded; before the first one by a look at them."""
        if epoch.number == 0:
            for batch, view in epoch.look():
                first, second = self._embedded(torch.cat([view(), view()])).chunk(BANKS)
                self._remember(batch, first, second)
        if self.world.leads:
            self._cluster(epoch.generator)
        # GPUs add up in any order: groups that each made by itself might differ.
        self.world.follow_([self.prototypes, self.clusters])
        self.drawn.zero_()

    def _cluster(self, generator: torch.Generator) -> None:
        """Find the clusters of what is remembered, and the prototypes."""
        rows = self.drawn.nonzero().flatten()
        known = self.bank[0].any(dim=1)
        for head in range(self.config.heads):
            bank = self.bank[head % BANKS]
            centres = spherical_kmeans(
                bank[rows],
                self.drawn[rows],
                self.prototypes.shape[1],
                self.config.kmeans_iterations,
                generator,
            )
            self.prototypes[head] = centres
            self.clusters[head] = torch.where(known, nearest(bank, centres), UNKNOWN)

    def inputs(self, batch: Batch, view: View, generator: torch.Generator) -> tuple[torch.Tensor, ...]:
        """Return the images' clusters [H, B], two views one after the other, and the small views."""
        config = self.config
        small = (config.small_crop_least, config.small_crop_most)
        views = [torch.cat([view(), view()])]
        if config.small_crops:
            views.append(torch.cat([view(config.small_size(), small) for _ in range(config.small_crops)]))
        return self.clusters[:, batch.rows], *views

    def forward(self, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        """Return the clusters and the projections of all views; views of one size go together."""
        clusters, *views = inputs
        return clusters, torch.cat([self.head(self.encoder(each)) for each in views])

    def loss(self, outputs: tuple[torch.Tensor, ...]) -> Step:
        """Return the loss of all views against the clusters of their images."""
        clusters, embeddings = outputs[0], normalize(outputs[1], dim=1)
        loss = clustering_loss(embeddings, self.prototypes, clusters, self.config.temperature, self.world)
        size = clusters.shape[1]
        return Step(loss, embeddings[:size], embeddings[size : 2 * size])

    def after_step(self, step: Step, batch: Batch, number: int) -> None:
        """Remember what the two large views of each image were embedded as."""
        self._remember(batch, step.query, step.key)

    def kept(self, steps: int) -> dict[str, torch.Tensor]:
        """Return the networks: what is remembered is of other images."""
        memory = {"bank", "drawn", "clusters", "prototypes"}
        return {name: tensor for name, tensor in super().kept(steps).items() if name not in memory}

    def optimizer(self, config: PretrainConfig) -> Optimizer:
        """Return LARS on all parameters, BatchNorm among them, as the authors have it."""
        return Lars(self.trained(), weight_decay=config.weight_decay, everything=True)

    def _embedded(self, views: torch.Tensor) -> torch.Tensor:
        embedded: torch.Tensor = normalize(self.head(self.encoder(views)).float(), dim=1)
        return embedded

    @torch.no_grad()
    def _remember(self, batch: Batch, first: torch.Tensor, second: torch.Tensor) -> None:
        """Put all processes' embeddings [B, D] into the banks.

        Of an image that is there twice, both count for its draws.
        """
        rows = self.world.gathered(batch.rows)
        for bank, embedded in zip(self.bank, (first, second), strict=True):
            bank[rows] = self.world.gathered(embedded.detach())
        self.drawn.index_add_(0, rows, torch.ones(len(rows), device=rows.device))


METHOD = DeepclusterV2
