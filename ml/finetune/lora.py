"""Low-rank changes of attention layers (LoRA, Hu et al. 2021), which end up in the weights themselves.

A layer's weight W [out, in] becomes W + B A * (alpha / rank), where W stays, A [rank, in] starts at random
and B [out, rank] at zero.
"""

import math

import torch
from torch import nn
from torch.nn.utils import parametrize

from ml.errors import UnusableInputError

ALPHA_OVER_RANK = 2.0


class LowRank(nn.Module):
    """Adds a change of rank `rank` to a weight [out, in]."""

    def __init__(self, weight: torch.Tensor, rank: int) -> None:
        super().__init__()
        out, wide = weight.shape
        self.down = nn.Parameter(torch.empty(rank, wide))
        self.up = nn.Parameter(torch.zeros(out, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight."""
        return weight + (self.up @ self.down) * ALPHA_OVER_RANK


def attention_layers(network: nn.Module) -> list[nn.Linear]:
    """Return the linear layers of `network`'s attention: queries, keys, values and the projection after."""
    return [
        layer
        for module in network.modules()
        if "attention" in type(module).__name__.lower()
        for layer in module.children()
        if isinstance(layer, nn.Linear)
    ]


def add_factors(network: nn.Module, rank: int) -> None:
    """Let only low-rank changes of `network`'s attention layers learn.

    Raises UnusableInputError where it has none.
    """
    network.requires_grad_(False)
    layers = attention_layers(network)
    if not layers:
        raise UnusableInputError("LoRA changes attention layers, and this encoder has none: train all of it")
    for layer in layers:
        parametrize.register_parametrization(layer, "weight", LowRank(layer.weight, rank))


def merge_factors(network: nn.Module) -> None:
    """Make the changes part of the weights: `network` has the parameters again that it was made with."""
    for layer in attention_layers(network):
        if parametrize.is_parametrized(layer):
            parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)
