"""Supervised pretraining: the classes of a labelled source are learned (what BiT is to the paper)."""

from typing import ClassVar

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize

from ml.config import PretrainConfig, SupervisedConfig
from ml.pretraining.methods.method import Amounts, Batch, Method, Step, View

WATCHED = 16
"""Images of each step whose second view is looked at, for alignment and uniformity alone."""


class Supervised(Method):
    """The encoder and a linear classifier, which is thrown away afterwards."""

    # ResNet's 0.1 for 256 images (He et al. 2016), BiT's 0.03 without BatchNorm. There is no other mode.
    learning_rates: ClassVar = {"vup": 0.1}
    without_batch_norm: ClassVar = 0.03
    parallel = True

    def __init__(
        self, config: SupervisedConfig, backbone: nn.Module, features: int, amounts: Amounts
    ) -> None:
        super().__init__(config, backbone, features, amounts)
        self.encoder = backbone
        self.classifier = nn.Linear(features, amounts.classes)

    @property
    def backbone(self) -> nn.Module:
        """Return the encoder."""
        return self.encoder

    def trained(self) -> list[nn.Parameter]:
        """Return the parameters of the encoder and the classifier."""
        return list(self.parameters())

    def learning_rate(self, config: PretrainConfig) -> float:
        """Return the highest learning rate for the batch."""
        if config.learning_rate is None and not config.has_batch_norm:
            config = config.model_copy(update={"learning_rate": self.without_batch_norm})
        return super().learning_rate(config)

    def inputs(self, batch: Batch, view: View, generator: torch.Generator) -> tuple[torch.Tensor, ...]:
        """Return a view of each image, a second one of the first few, and the classes int64[B]."""
        if batch.labels is None:
            raise ValueError("supervised pretraining needs the classes of its images")
        return view(), view()[:WATCHED], batch.labels

    def forward(self, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        """Return the scores [B, classes], the classes, and features of two views [2 W, D] of W images."""
        first, second, labels = inputs
        scores = self.classifier(self.encoder(first))
        return scores, labels, self._watched(torch.cat([first[: len(second)], second]))

    def loss(self, outputs: tuple[torch.Tensor, ...]) -> Step:
        """Return the cross-entropy of the classes."""
        scores, labels, watched = outputs
        first, second = normalize(watched, dim=1).chunk(2)
        return Step(cross_entropy(scores, labels), first, second)

    @torch.no_grad()
    def _watched(self, views: torch.Tensor) -> torch.Tensor:
        """Return features of `views` by the statistics that BatchNorm has gathered, which do not move."""
        self.encoder.eval()
        features: torch.Tensor = self.encoder(views)
        self.encoder.train()
        return features


METHOD = Supervised
