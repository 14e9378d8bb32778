"""Building networks with timm: slow to import, so only what needs a network imports this."""

import inspect
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from ml.config import BundledEncoder, CheckpointEncoder, EncoderSpec, PretrainedEncoder, TimmEncoder
from ml.encoders import bundled, timm_weights, torchvision_operators
from ml.encoders.checkpoints.heads import first_layer
from ml.encoders.checkpoints.opening import Opened, fitted, open_checkpoint
from ml.encoders.pooling import pooled_width
from ml.encoders.projection import KEPT, project
from ml.encoders.without_compiler import without_compiler
from ml.errors import UnusableInputError, first_line
from ml.images.sizes import CHOSEN_BY_IMAGES, require_size
from ml.images.transforms import INTERPOLATIONS, Framing

torchvision_operators.declare_missing()
with without_compiler():
    import timm

    # They register networks with timm.
    from ml.encoders import group_norm_resnets, imported_networks, resnets  # noqa: F401

SEED = 0
NUMPY = ".npz"


def create_network(
    architecture: str, *, pretrained: bool = False, projected: bool = False, **arguments: Any
) -> nn.Module:
    """Return timm's `architecture`, in evaluation mode, randomly initialised unless `pretrained`.

    It has no classifier, unless `num_classes` is among the `arguments`, which are those of timm.
    `projected` it ends with a layer of SimCLR v2's head.
    """
    if not timm.is_model(architecture.split(".", maxsplit=1)[0]):
        raise UnusableInputError(f"timm has no model called {architecture}")
    try:
        network: nn.Module = timm.create_model(
            architecture, pretrained=pretrained, **({"num_classes": 0} | arguments)
        )
    except Exception as error:
        doing = "its pretrained weights cannot be had" if pretrained else "it cannot be built"
        raise UnusableInputError(f"timm's {architecture}: {doing}: {first_line(error)}") from error
    return (project(network) if projected else network).eval()


@dataclass(frozen=True)
class Built:
    """A `network` without classifier, with its weights: timm's `architecture` made with `arguments`.

    `known` is what else is known of it beforehand, as fields of `ml.encoders.backbone.Encoder`; `kept` is all
    that the `method` it was trained by has learned, the encoder with it.
    """

    architecture: str
    network: nn.Module
    arguments: dict[str, Any]
    known: dict[str, object] = field(default_factory=dict)
    kept: dict[str, torch.Tensor] = field(default_factory=dict)
    method: str = ""


def network_of(spec: EncoderSpec, weights: Path | None = None) -> Built:
    """Return the network of the encoder that `spec` names; `weights` is a folder to look for them first."""
    if isinstance(spec, PretrainedEncoder):
        raise UnusableInputError("a pretrained encoder has weights of its own, and they are not here")
    if isinstance(spec, TimmEncoder):
        return timm_network(spec, weights)
    if isinstance(spec, CheckpointEncoder):
        return checkpoint_network(spec, weights)
    whole = create_network(bundled.ARCHITECTURE, num_classes=bundled.CLASSES)
    tensors = bundled.renamed(bundled.read_weights(bundled.weights_path()), whole)
    network = create_network(bundled.ARCHITECTURE)
    network.load_state_dict({name: tensors[name] for name in network.state_dict()})
    return Built(bundled.ARCHITECTURE, network, {})


def timm_network(spec: TimmEncoder, folder: Path | None) -> Built:
    """Return the network of a timm encoder, which takes any image size where it can be made to."""
    arguments = timm_arguments(spec)
    torch.manual_seed(SEED)  # random weights are the same every time, so that features can be cached
    if not spec.pretrained:
        return Built(spec.name, create_network(spec.name, **arguments), arguments)
    settings = timm.get_pretrained_cfg(spec.name)
    stored = timm_weights.stored_weights(spec.name, settings, folder)
    if stored is None:
        timm_weights.require_net(spec.name, settings)
        return Built(spec.name, create_network(spec.name, pretrained=True, **arguments), arguments)
    # As timm reads what it downloads from the hub: its own readers of networks are for files of NumPy.
    overlay = {"file": str(stored), "custom_load": stored.suffix == NUMPY}
    network = create_network(spec.name, pretrained=True, pretrained_cfg_overlay=overlay, **arguments)
    require_loaded(network, spec.name, arguments, stored)
    return Built(spec.name, network, arguments)


def checkpoint_network(spec: CheckpointEncoder, folder: Path | None) -> Built:
    """Return the network with the weights of a file in `folder`; its input is that of the file's authors."""
    if folder is None:
        raise UnusableInputError(f"{spec.file} is looked for in the weights folder, and none is set")
    opened = open_checkpoint(folder / spec.file, spec.layout, spec.sha256)
    network = create_network(opened.architecture)
    tensors = fitted(opened, network.state_dict(), spec.file)
    network.load_state_dict(tensors)
    arguments = {"projected": True} if spec.keep_first_layer else {}
    if spec.keep_first_layer:
        network = with_first_layer(network, opened, spec.file)
    origin: dict[str, object] = {"file": spec.file, "sha256": opened.sha256, "layout": opened.layout}
    origin |= {"keep_first_layer": spec.keep_first_layer}
    known: dict[str, object] = {"framing": opened.rule.framing.model_dump(), "checkpoint": origin}
    return Built(opened.architecture, network, arguments, known, opened.kept(tensors), opened.rule.method)


def with_first_layer(network: nn.Module, opened: Opened, name: str) -> nn.Module:
    """Return `network` with the first layer of SimCLR v2's head behind it, changed in place.

    Raises UnusableInputError where the file called `name` has none that fits.
    """
    layer = first_layer(opened.head) if opened.rule.method == "simclr_v2" else {}
    longer = project(network)
    if layer.keys() != {key for key in longer.state_dict() if key.startswith(KEPT)}:
        raise UnusableInputError(f"{name} has no head of SimCLR v2, whose first layer could be kept")
    try:
        longer.load_state_dict(longer.state_dict() | layer)
    except RuntimeError as error:
        raise UnusableInputError(f"the head in {name} does not fit {opened.architecture}") from error
    return longer


def timm_arguments(spec: TimmEncoder) -> dict[str, Any]:
    """Return what timm is told beside the name: how to pool, and to take any size where it says it can.

    Raises UnusableInputError where the network cannot pool so, or not with the weights that it has.
    """
    pooling: dict[str, Any] = {"global_pool": spec.pooling} if spec.pooling else {}
    with torch.device("meta"):
        own = create_network(spec.name)
        other = create_network(spec.name, **pooling) if pooling else own
    if own.state_dict().keys() != other.state_dict().keys():
        raise UnusableInputError(f"{spec.name} has no weights for pooling by {spec.pooling}")
    sized = "dynamic_img_size" in inspect.signature(type(own).__init__).parameters
    return pooling | ({"dynamic_img_size": True} if sized and fixed_size(own) else {})


def require_loaded(network: nn.Module, name: str, arguments: dict[str, Any], path: Path) -> None:
    """Raise UnusableInputError where `network` has parts that the file at `path` did not fill.

    timm leaves them at random; they are those that another seed changes and the file has not changed.
    """
    torch.manual_seed(SEED)
    same = create_network(name, **arguments).state_dict()
    torch.manual_seed(SEED + 1)
    other = create_network(name, **arguments).state_dict()
    tensors = network.state_dict()
    left = [key for key in same if not same[key].equal(other[key]) and same[key].equal(tensors[key])]
    if left:
        raise UnusableInputError(f"{path} does not hold the weights of {name}: {left[0]} is missing")


def input_settings(network: nn.Module) -> dict[str, Any]:
    """Return what timm knows of the network's input: `mean` and `std` of pixels in [0, 1], `input_size`."""
    return cast(dict[str, Any], network.pretrained_cfg)


def parameter_groups(network: nn.Module) -> dict[int, list[str]] | None:
    """Return the names of the parameters of each of timm's coarse groups, None where it names none."""
    matcher = getattr(network, "group_matcher", None)
    if matcher is None:
        return None
    groups: dict[int, list[str]] = timm.models.group_parameters(network, matcher(coarse=True))
    return groups


def fixed_size(network: nn.Module) -> int | None:
    """Return the pixels a side that timm says the network is fixed to, None where it takes any."""
    settings = input_settings(network)
    return settings["input_size"][-1] if settings.get("fixed_input_size") else None


def described(spec: EncoderSpec, built: Built) -> dict[str, object]:
    """Return what is stored beside the weights: architecture, feature dimension, sizes, preprocessing.

    Raises UnusableInputError where the network does not take images of the size that `spec` states.
    """
    network, native = built.network, fixed_size(built.network)
    fixed = None if "dynamic_img_size" in built.arguments else native
    if isinstance(spec, PretrainedEncoder):
        fixed = spec.image_size
    require_size(built.architecture, fixed, spec.image_size)
    width, native = measured(network, spec.image_size, native)
    return {
        "architecture": built.architecture,
        "arguments": built.arguments,
        "feature_dim": width,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "fixed_image_size": fixed,
        "native_image_size": native,
        **normalisation(spec, network),
        **built.known,
    }


def measured(network: nn.Module, stated: int | None, native: int | None) -> tuple[int, int | None]:
    """Return (width of the features, the size that the network was made for where it does not take others).

    Without a stated size it has to take all that may be chosen by the images; some want multiples of 64.
    """
    if stated or native:
        return pooled_width(network, stated or native or 0), native
    try:
        return max(pooled_width(network, size) for size in CHOSEN_BY_IMAGES), None
    except UnusableInputError:
        native = input_settings(network)["input_size"][-1]
        return pooled_width(network, native), native


def normalisation(spec: EncoderSpec, network: nn.Module) -> dict[str, object]:
    """Return how pixels are prepared for the network: `mean` and `std`, and timm's framing for its own."""
    settings = input_settings(network)
    if isinstance(spec, BundledEncoder):
        return {"mean": list(bundled.MEAN), "std": list(bundled.STD)}
    figures = {"mean": list(settings["mean"]), "std": list(settings["std"])}
    return figures | ({"framing": framing_of(settings)} if isinstance(spec, TimmEncoder) else {})


def framing_of(settings: dict[str, Any]) -> dict[str, object]:
    """Return the `ml.images.transforms.Framing` that timm's `settings` of a network ask for, as JSON."""
    interpolation = settings.get("interpolation")
    return Framing(
        interpolation=interpolation if interpolation in INTERPOLATIONS else "bicubic",
        kept=min(1.0, settings.get("crop_pct") or 1.0),
        squashed=settings.get("crop_mode") == "squash",
    ).model_dump()


def loaded(architecture: str, arguments: dict[str, Any], tensors: dict[str, torch.Tensor]) -> nn.Module:
    """Return `architecture` with `tensors` as its weights. Raises UnusableInputError when they do not fit."""
    network = create_network(architecture, **arguments)
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise UnusableInputError(f"these weights do not fit {architecture}") from error
    return network
