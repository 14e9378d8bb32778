"""What a method of pretraining brings; the loop, the views, checkpoints and the curve are the engine's."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import torch
from torch import nn
from torch.optim import SGD, Optimizer

from ml.config import PretrainConfig
from ml.pretraining.global_batch_norm import global_batch_norms
from ml.pretraining.photos import Photos
from ml.pretraining.world import ALONE, World

MOMENTUM = 0.9
REFERENCE_BATCH = 256


@dataclass(frozen=True)
class Amounts:
    """What a run has: its `images`, how many an epoch draws of them, and their classes (0: not known)."""

    images: int
    epoch_images: int
    classes: int = 0


@dataclass(frozen=True)
class Batch:
    """Images of one step: `pixels` uint8[B, 3, H, W], and `rows` int64[B]: which of the run's images.

    Rows are from 0 to `Amounts.images` - 1, source images first; an image drawn twice is there twice.
    `labels` int64[B] are classes from 0, None where they are not known. `sizes` int64[B, 2] are heights and
    widths of images that lie in the top left of their places, None where all fill them.
    """

    pixels: torch.Tensor
    rows: torch.Tensor
    labels: torch.Tensor | None = None
    sizes: torch.Tensor | None = None

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on `device`."""
        moved = [
            each if each is None else each.to(device, non_blocking=True)
            for each in (self.pixels, self.rows, self.labels, self.sizes)
        ]
        return Batch(*moved)  # type: ignore[arg-type]  # what may be None is that before, too

    @property
    def photos(self) -> Photos:
        """Return the images with their sizes."""
        return Photos.of(self.pixels) if self.sizes is None else Photos(self.pixels, self.sizes)


class View(Protocol):
    """Makes a new random view of each image of a batch: standardised, float32[B, 3, S, S]."""

    def __call__(self, size: int | None = None, area: tuple[float, float] | None = None) -> torch.Tensor:
        """Return views of `size` pixels a side that show a share of the image between `area`'s two.

        Left out, both are as configured.
        """
        ...


@dataclass(frozen=True)
class Epoch:
    """An epoch that is about to start, its `number` counted from 0.

    `look` goes through what the epoch will draw, with views of its own, as often as it is called; `generator`
    gives random numbers on the device. Both are the same whether the run was interrupted before or not.
    """

    number: int
    generator: torch.Generator
    look: Callable[[], Iterable[tuple[Batch, View]]]


@dataclass(frozen=True)
class Step:
    """What one step gave: the loss (a scalar) and two views' unit projections [B, D], on the device."""

    loss: torch.Tensor
    query: torch.Tensor
    key: torch.Tensor


class Method(nn.Module, ABC):
    """The networks and the memory of a method; a checkpoint keeps its parameters and buffers.

    It is made from `config`, the `backbone` with `features` outputs, and the run's `amounts`. Calling it
    gives what the networks make of a step's `inputs`, in mixed precision on a GPU. What it keeps from step to
    step is in buffers, so that an interrupted run goes on as it was.
    """

    learning_rates: ClassVar[Mapping[str, float]]
    """The learning rate of each mode for a batch of 256 images, where none is configured."""

    scaling: ClassVar[Literal["linear", "sqrt"]] = "linear"
    """How the learning rate grows with the batch."""

    parallel: ClassVar[bool] = False
    """Whether several processes can train it together, each on a part of the batch.

    Gradients are averaged, so that a loss which is a mean over images needs nothing more. What looks at other
    images or remembers them has to gather them (`world`).
    """

    world: World = ALONE

    @abstractmethod
    def __init__(self, config: PretrainConfig, backbone: nn.Module, features: int, amounts: Amounts) -> None:
        super().__init__()

    @property
    @abstractmethod
    def backbone(self) -> nn.Module:
        """Return the encoder that pretraining is for, without a head."""

    @abstractmethod
    def trained(self) -> list[nn.Parameter]:
        """Return the parameters that the optimiser moves."""

    def join(self, world: World) -> None:
        """Train as one process of `world`, before the first step; memories are the same in all of them.

        BatchNorm has the statistics of the whole batch.
        """
        self.world = world
        if world.size > 1:
            global_batch_norms(self, world)

    def start_epoch(self, epoch: Epoch) -> None:
        """Get ready for `epoch`, before its first step; not called where a run goes on within an epoch."""

    @abstractmethod
    def inputs(self, batch: Batch, view: View, generator: torch.Generator) -> tuple[torch.Tensor, ...]:
        """Return what a step is computed from; random numbers come from `generator`, on the device."""

    @abstractmethod
    def forward(self, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        """Return what the networks make of `inputs`; on a GPU in mixed precision."""

    @abstractmethod
    def loss(self, outputs: tuple[torch.Tensor, ...]) -> Step:
        """Return the loss of what `forward` gave, whose floating-point numbers are float32 by now."""

    def after_step(self, step: Step, batch: Batch, number: int) -> None:
        """Change what follows the optimiser's step `number` (from 0) on `batch`: queues, memory banks."""

    def learning_rate(self, config: PretrainConfig) -> float:
        """Return the highest learning rate for the batch."""
        times = config.batch_size / REFERENCE_BATCH
        base = config.learning_rate or self.learning_rates[config.mode]
        return base * (times if self.scaling == "linear" else times**0.5)

    def optimizer(self, config: PretrainConfig) -> Optimizer:
        """Return the optimiser of `trained()`; the engine sets its learning rate."""
        return SGD(self.trained(), lr=0.0, momentum=MOMENTUM, weight_decay=config.weight_decay)

    def restore(self, tensors: dict[str, torch.Tensor]) -> None:
        """Take over parameters and buffers of a checkpoint."""
        self.load_state_dict(tensors)

    def kept(self, steps: int) -> dict[str, torch.Tensor]:
        """Return, after `steps` steps, what unsupervised finetuning of the encoder may go on from."""
        del steps
        return dict(self.state_dict())

    def take_up(self, kept: dict[str, torch.Tensor]) -> bool:
        """Go on from what an earlier run of the method kept; False, with nothing changed, where it cannot.

        Its networks have to be as here; a memory of another size stays as it is.
        """
        own = self.state_dict()
        fitting = {name: each for name, each in kept.items() if name in own and own[name].shape == each.shape}
        if not fitting.keys() >= {name for name, _ in self.named_parameters()}:
            return False
        self.load_state_dict(own | fitting)
        return True
