"""The layer of SimCLR v2's head that stays with its encoder: the output of pooling goes through it."""

from collections import OrderedDict

from torch import nn

from ml.errors import UnusableInputError

KEPT = ("fc.", "head.fc.")
"""What the names of its weights begin with, in an encoder; the latter without BatchNorm."""


def projection_layer(features: int) -> nn.Sequential:
    """Return a hidden layer of SimCLR v2's head: as wide as its input, no bias, BatchNorm and ReLU."""
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        dense=nn.Linear(features, features, bias=False), norm=nn.BatchNorm1d(features), act=nn.ReLU()
    )
    return nn.Sequential(layers)


def project(network: nn.Module) -> nn.Module:
    """Put such a layer behind the pooling of a ResNet of timm's without classifier; returns the network.

    Its features are then those of the layer (Chen et al. 2020b finetune from there).
    """
    places = [network, getattr(network, "head", None)]
    holder = next((each for each in places if isinstance(getattr(each, "fc", None), nn.Identity)), None)
    if holder is None or getattr(holder, "use_conv", False):
        raise UnusableInputError("only a ResNet without classifier keeps a layer of its head")
    holder.fc = projection_layer(network.num_features)  # type: ignore[arg-type]
    return network
