"""What a method of pretraining brings; the loop, the views, checkpoints and the curve are the engine's."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn
from torch.optim import SGD, Optimizer

from ml.config import PretrainConfig

MOMENTUM = 0.9
REFERENCE_BATCH = 256

View = Callable[[], torch.Tensor]
"""Makes a new random view of each image of the batch: standardised, float32[B, 3, S, S]."""


@dataclass(frozen=True)
class Step:
    """What one step gave: the loss (a scalar) and two views' unit projections [B, D], on the device."""

    loss: torch.Tensor
    query: torch.Tensor
    key: torch.Tensor


class Method(nn.Module, ABC):
    """The networks and the memory of a method; a checkpoint keeps its parameters and buffers.

    It is made from `config`, the `backbone` with `features` outputs, and the number of images of an epoch.
    """

    learning_rates: ClassVar[Mapping[str, float]]
    """The learning rate of each mode for a batch of 256 images, where none is configured."""

    @abstractmethod
    def __init__(self, config: PretrainConfig, backbone: nn.Module, features: int, epoch_images: int) -> None:
        super().__init__()

    @property
    @abstractmethod
    def backbone(self) -> nn.Module:
        """Return the encoder that pretraining is for, without a head."""

    @abstractmethod
    def trained(self) -> list[nn.Parameter]:
        """Return the parameters that the optimiser moves."""

    @abstractmethod
    def inputs(self, view: View, generator: torch.Generator) -> tuple[torch.Tensor, ...]:
        """Return what a step is computed from; random numbers come from `generator`, on the device."""

    @abstractmethod
    def loss(self, inputs: tuple[torch.Tensor, ...]) -> Step:
        """Return the loss of one step's `inputs`; on a GPU in mixed precision."""

    def after_step(self, step: Step, number: int) -> None:
        """Change what follows the optimiser's step `number` (from 0): queues, memory banks."""

    def learning_rate(self, config: PretrainConfig) -> float:
        """Return the highest learning rate: scaled linearly with the batch."""
        base = config.learning_rate or self.learning_rates[config.mode]
        return base * config.batch_size / REFERENCE_BATCH

    def optimizer(self, config: PretrainConfig) -> Optimizer:
        """Return the optimiser of `trained()`, in one group; the engine sets its learning rate."""
        return SGD(self.trained(), lr=0.0, momentum=MOMENTUM, weight_decay=config.weight_decay)

    def restore(self, tensors: dict[str, torch.Tensor]) -> None:
        """Take over parameters and buffers of a checkpoint."""
        self.load_state_dict(tensors)
