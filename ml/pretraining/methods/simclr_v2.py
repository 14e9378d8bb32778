"""SimCLR v2 (Chen et al. 2020a, 2020b): a view has to find the image's other view among a whole batch."""

from collections.abc import Iterable
from typing import ClassVar, Literal

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize
from torch.optim import Optimizer

from ml.config import PretrainConfig, SimclrV2Config
from ml.encoders.projection import KEPT, projection_layer
from ml.pretraining.lars import Lars
from ml.pretraining.methods.method import Amounts, Batch, Method, Step, View

FIRST = tuple(f"encoder.{name}" for name in KEPT)
"""What the names begin with of the first layer of the head, where it is the encoder's."""


def nt_xent(first: torch.Tensor, second: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the NT-Xent loss of pairs of unit vectors `first` and `second` [B, D], in both directions.

    It is the sum of the two directions' means over B, as in the authors' code, to which their learning rates
    belong: twice the mean over all 2 B views of the paper's equation 1. The negatives of a view are all
    others of the batch but its own other view.
    """
    views = torch.cat([first, second])
    count = len(first)
    similarities = views @ views.T / temperature
    similarities.fill_diagonal_(-torch.inf)
    other = (torch.arange(2 * count, device=views.device) + count) % (2 * count)
    return 2 * cross_entropy(similarities, other)


def last_layer(features: int, dimensions: int) -> nn.Sequential:
    """Return the head's last layer: no bias, and a BatchNorm that is not centred anew."""
    norm = nn.BatchNorm1d(dimensions)
    norm.register_parameter("bias", None)
    return nn.Sequential(nn.Linear(features, dimensions, bias=False), norm)


class SimclrV2(Method):
    """The encoder and its head of three layers, the first of which may be the encoder's last.

    Images are standardised as for every encoder here, in training and later; the authors' own see [0, 1].
    """

    # The authors' 0.075 times the root of the batch; unsupervised finetuning at a tenth (paper, section 6.3).
    learning_rates: ClassVar = {"tup": 1.2, "vup": 1.2, "uf": 0.12}
    scaling: ClassVar[Literal["linear", "sqrt"]] = "sqrt"
    parallel = True

    def __init__(self, config: SimclrV2Config, backbone: nn.Module, features: int, amounts: Amounts) -> None:
        super().__init__(config, backbone, features, amounts)
        self.temperature = config.temperature
        hidden = 1 if config.keep_first_layer else 2
        layers = [projection_layer(features) for _ in range(hidden)]
        self.encoder = backbone
        self.head = nn.Sequential(*layers, last_layer(features, config.projection_dim))

    @property
    def backbone(self) -> nn.Module:
        """Return the encoder, with the first layer of the head where it is kept."""
        return self.encoder

    def trained(self) -> list[nn.Parameter]:
        """Return the parameters of the encoder and the head."""
        return list(self.parameters())

    def inputs(self, batch: Batch, view: View, generator: torch.Generator) -> tuple[torch.Tensor, ...]:
        """Return two views, one after the other: BatchNorm sees them together."""
        return (torch.cat([view(), view()]),)

    def forward(self, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        """Return the projections [2 B, D] of both views."""
        return (self.head(self.encoder(inputs[0])),)

    def loss(self, outputs: tuple[torch.Tensor, ...]) -> Step:
        """Return the loss of the two views of the whole batch, in every process.

        Each process says all of it about its own images, and all processes' gradients meet there: their mean
        over the processes is that of one process with the whole batch.
        """
        own = normalize(outputs[0], dim=1).chunk(2)
        first, second = (self.world.gathered(each) for each in own)
        return Step(nt_xent(first, second, self.temperature), first, second)

    def take_up(self, kept: dict[str, torch.Tensor]) -> bool:
        """Go on from what an earlier run kept, whether its encoder had the first layer of the head or not."""
        return super().take_up(as_divided(kept, first_of(self.state_dict())))

    def optimizer(self, config: PretrainConfig) -> Optimizer:
        """Return LARS, which leaves BatchNorm as it is."""
        return Lars(self.trained(), weight_decay=config.weight_decay)


def first_of(state: Iterable[str]) -> str | None:
    """Return what the first layer's names in an encoder begin with, None where the head of `state` has it."""
    names = tuple(state)
    return next((first for first in FIRST if any(name.startswith(first) for name in names)), None)


def as_divided(kept: dict[str, torch.Tensor], first: str | None) -> dict[str, torch.Tensor]:
    """Return a state with the first layer of the head in the encoder, at `first`, or (None) in the head."""
    found = first_of(kept)
    if (found is None) == (first is None):
        return kept

    def renamed(name: str) -> str:
        if found is not None and name.startswith(found):
            return f"head.0.{name.removeprefix(found)}"
        if not name.startswith("head."):
            return name
        _, number, rest = name.split(".", maxsplit=2)
        if first is not None and number == "0":
            return f"{first}{rest}"
        return f"head.{int(number) + (1 if first is None else -1)}.{rest}"

    return {renamed(name): tensor for name, tensor in kept.items()}


METHOD = SimclrV2
