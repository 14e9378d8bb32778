"""Building networks with timm: slow to import, so only what needs a network imports this."""

from typing import Any, cast

import torch
from torch import nn

from ml import bundled, torchvision_operators
from ml.config import BundledEncoder, EncoderSpec, PretrainedEncoder, TimmEncoder
from ml.errors import UnusableInputError, first_line
from ml.pooling import pooled_width

torchvision_operators.declare_missing()
import timm  # noqa: E402  (imports torchvision)

from ml import resnets  # noqa: E402, F401  (registers networks with timm)

# Networks that take any size are asked at this one at most: the width is the same, the wait shorter.
PROBE_SIZE = 224


def create_network(architecture: str, *, classifier: bool = False, pretrained: bool = False) -> nn.Module:
    """Return timm's `architecture`, in evaluation mode, randomly initialised unless `pretrained`."""
    if not timm.is_model(architecture.split(".", maxsplit=1)[0]):
        raise UnusableInputError(f"timm has no model called {architecture}")
    arguments: dict[str, Any] = {} if classifier else {"num_classes": 0}
    try:
        network: nn.Module = timm.create_model(architecture, pretrained=pretrained, **arguments)
    except Exception as error:
        doing = "the pretrained weights cannot be downloaded" if pretrained else "it cannot be built"
        raise UnusableInputError(f"timm's {architecture}: {doing}: {first_line(error)}") from error
    return network.eval()


def network_of(spec: EncoderSpec) -> tuple[str, nn.Module]:
    """Return (architecture, network without classifier, with its weights) of the encoder `spec` names."""
    if isinstance(spec, PretrainedEncoder):
        raise UnusableInputError("a pretrained encoder has weights of its own, and they are not here")
    if isinstance(spec, TimmEncoder):
        torch.manual_seed(0)  # random weights are the same every time, so that features can be cached
        return spec.name, create_network(spec.name, pretrained=spec.pretrained)
    whole = create_network(bundled.ARCHITECTURE, classifier=True)
    tensors = bundled.renamed(bundled.read_weights(bundled.weights_path()), whole)
    network = create_network(bundled.ARCHITECTURE)
    network.load_state_dict({name: tensors[name] for name in network.state_dict()})
    return bundled.ARCHITECTURE, network


def input_settings(network: nn.Module) -> dict[str, Any]:
    """Return what timm knows of the network's input: `mean` and `std` of pixels in [0, 1], `input_size`."""
    return cast(dict[str, Any], network.pretrained_cfg)


def described(spec: EncoderSpec, architecture: str, network: nn.Module) -> dict[str, object]:
    """Return what is stored beside the weights: architecture, feature dimension, sizes, normalisation."""
    settings = input_settings(network)
    own = isinstance(spec, BundledEncoder)
    native = settings["input_size"][-1]
    fixed = native if settings.get("fixed_input_size") else None
    if isinstance(spec, PretrainedEncoder):
        native = fixed = spec.image_size
    return {
        "architecture": architecture,
        "feature_dim": pooled_width(network, fixed or min(native, PROBE_SIZE)),
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "fixed_image_size": fixed,
        "mean": list(bundled.MEAN if own else settings["mean"]),
        "std": list(bundled.STD if own else settings["std"]),
    }


def loaded(architecture: str, tensors: dict[str, torch.Tensor]) -> nn.Module:
    """Return `architecture` with `tensors` as its weights. Raises UnusableInputError when they do not fit."""
    network = create_network(architecture)
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise UnusableInputError(f"these weights do not fit {architecture}") from error
    return network
