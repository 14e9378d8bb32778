"""The layouts of published checkpoints: how each is told from the others, and what its keys become."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from ml.config import CheckpointLayout
from ml.encoders.checkpoints.heads import deepcluster_head, moco_head, simclr_head
from ml.encoders.checkpoints.reading import Tensors
from ml.errors import UnusableInputError
from ml.images.transforms import Framing

PHOTO = Framing(interpolation="bilinear", kept=0.875)
SIMCLR = Framing(interpolation="bicubic", kept=0.875)
BIT = Framing(interpolation="bilinear", squashed=True)
RESNETS: dict[tuple[str, tuple[int, ...]], str] = {
    ("basic", (2, 2, 2, 2)): "resnet18",
    ("basic", (3, 4, 6, 3)): "resnet34",
    ("bottleneck", (3, 4, 6, 3)): "resnet50",
    ("bottleneck", (3, 4, 23, 3)): "resnet101",
    ("bottleneck", (3, 8, 36, 3)): "resnet152",
}
STAGES = (3, 4, 6, 3)


def no_head(_: Tensors) -> Tensors:
    """Return that there is nothing beside the encoder to go on from."""
    return {}


@dataclass(frozen=True)
class Layout:
    """A file has the layout if one of its keys begins with one of `signs`.

    `renamed` turns its keys into timm's and leaves out what is not of the encoder; what it does not know it
    keeps. `architecture` is the network; None: read off the keys. `head` is what there is beside the encoder,
    as our `method` names it, in whose state the encoder's names begin with `place`.
    """

    title: str
    signs: tuple[str, ...]
    renamed: Callable[[Tensors], Tensors]
    framing: Framing
    architecture: str | None = None
    method: str = ""
    place: str = "encoder."
    head: Callable[[Tensors], Tensors] = no_head


def without(tensors: Tensors, prefix: str, *dropped: str) -> Tensors:
    """Return what begins with `prefix`, without it and without what then begins with one of `dropped`."""
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    return {name: tensor for name, tensor in own.items() if not name.startswith(dropped)}


def moco(tensors: Tensors) -> Tensors:
    """Return the query encoder."""
    return without(tensors, "module.encoder_q.", "fc.")


def deepcluster(tensors: Tensors) -> Tensors:
    """Return the trunk; some files have no `module.`."""
    prefix = "module." if any(name.startswith("module.") for name in tensors) else ""
    return without(tensors, prefix, "projection_head.", "prototypes.")


def plain(tensors: Tensors) -> Tensors:
    """Return a ResNet under torchvision's names, which are timm's, without its classifier."""
    prefix = "module." if any(name.startswith("module.") for name in tensors) else ""
    return without(tensors, prefix, "fc.")


SEPARIUS = (
    (re.compile(r"net\.0\.0\.(.+)"), r"conv1.\1"),
    (re.compile(r"net\.0\.1\.0\.(.+)"), r"bn1.\1"),
    (re.compile(r"net\.(\d)\.blocks\.(\d+)\.projection\.shortcut\.(.+)"), r"layer\1.\2.downsample.0.\3"),
    (re.compile(r"net\.(\d)\.blocks\.(\d+)\.projection\.bn\.0\.(.+)"), r"layer\1.\2.downsample.1.\3"),
    *(
        (re.compile(rf"net\.(\d)\.blocks\.(\d+)\.net\.{2 * n}\.(.+)"), rf"layer\1.\2.conv{n + 1}.\3")
        for n in range(3)
    ),
    *(
        (re.compile(rf"net\.(\d)\.blocks\.(\d+)\.net\.{2 * n + 1}\.0\.(.+)"), rf"layer\1.\2.bn{n + 1}.\3")
        for n in range(3)
    ),
)


def simclr_converted(tensors: Tensors) -> Tensors:
    """Return the ResNet of a converted SimCLR v2, without its classifier."""

    def renamed(name: str) -> str:
        for pattern, new in SEPARIUS:
            if pattern.fullmatch(name):
                return pattern.sub(new, name)
        return name

    return {renamed(name): tensor for name, tensor in without(tensors, "", "fc.", "head.").items()}


def resnet50_layers() -> Iterator[tuple[str, str]]:
    """Yield (convolution, BatchNorm) of ResNet-50 as SimCLR creates them: the projection of a block first."""
    yield "conv1", "bn1"
    for stage, blocks in enumerate(STAGES, 1):
        for block in range(blocks):
            own = f"layer{stage}.{block}"
            if block == 0:
                yield f"{own}.downsample.0", f"{own}.downsample.1"
            yield from ((f"{own}.conv{part}", f"{own}.bn{part}") for part in (1, 2, 3))


TF_NAMES = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
TF_CONVOLUTION = re.compile(r"base_model/conv2d(?:_(\d+))?/kernel")
TF_NORM = re.compile(rf"base_model/batch_normalization(?:_(\d+))?/({'|'.join(TF_NAMES)})")


def simclr_tensorflow(tensors: Tensors) -> Tensors:
    """Return the ResNet of an official SimCLR v2: the n-th layer that was created is the n-th of its kind.

    Optimiser slots and moving averages (`ema_model`) have other names and stay behind.
    """
    convolutions, norms = created(tensors, TF_CONVOLUTION), created(tensors, TF_NORM)
    layers = list(resnet50_layers())
    if not len(convolutions) == len(norms) == len(layers):
        raise UnusableInputError(
            f"a ResNet-50 has {len(layers)} convolutions and as many norms, this has {len(convolutions)} and "
            f"{len(norms)}: only ResNet-50 of single width without selective kernels is read"
        )
    named: Tensors = {}
    for (convolution, norm), kernels, figures in zip(layers, convolutions, norms, strict=True):
        named |= {f"{convolution}.weight": oihw(tensor) for tensor in kernels.values()}
        named |= {f"{norm}.{TF_NAMES[part]}": tensor for part, tensor in figures.items()}
    return named


def created(tensors: Tensors, pattern: re.Pattern[str]) -> list[Tensors]:
    """Return what belongs to each layer of a kind, in the order of their numbers; the first has none."""
    layers: dict[int, Tensors] = {}
    for name, tensor in tensors.items():
        if found := pattern.fullmatch(name):
            part = found[2] if pattern.groups > 1 else ""
            layers.setdefault(int(found[1] or 0), {})[part] = tensor
    return [layers[number] for number in sorted(layers)]


def oihw(kernel: torch.Tensor) -> torch.Tensor:
    """Return the kernel of a convolution with TensorFlow's axes in the order of torch's."""
    return kernel.permute(3, 2, 0, 1) if kernel.ndim == 4 else kernel


BIT_PARTS = {"a": "1", "b": "2", "c": "3"}
BIT_FIGURES = {"gamma": "weight", "beta": "bias"}
BIT_BLOCK = re.compile(r"resnet/block(\d)/unit(\d+)/([abc])/(.+)")
BIT_OTHERS = {
    "resnet/root_block/standardized_conv2d/kernel": "stem.conv.weight",
    "resnet/group_norm/gamma": "norm.weight",
    "resnet/group_norm/beta": "norm.bias",
}


def bit(tensors: Tensors) -> Tensors:
    """Return the ResNet of BiT without its classifier."""
    kept = without(tensors, "", "resnet/head/")
    return {bit_name(name): oihw(tensor) for name, tensor in kept.items()}


def bit_name(name: str) -> str:
    """Return timm's name of a tensor of BiT's, `name` itself where it is none."""
    found = BIT_BLOCK.fullmatch(name)
    if not found:
        return BIT_OTHERS.get(name, name)
    block, part = f"stages.{int(found[1]) - 1}.blocks.{int(found[2]) - 1}", BIT_PARTS[found[3]]
    if found[4] == "standardized_conv2d/kernel":
        return f"{block}.conv{part}.weight"
    if found[4] == "proj/standardized_conv2d/kernel":
        return f"{block}.downsample.conv.weight"
    kind, _, figure = found[4].partition("/")
    known = kind == "group_norm" and figure in BIT_FIGURES
    return f"{block}.norm{part}.{BIT_FIGURES[figure]}" if known else name


def resnet_named(tensors: Tensors) -> str:
    """Return timm's name of the ResNet whose tensors these are, read off the number of its blocks.

    Raises UnusableInputError where it is none of those that are known.
    """
    stages = ({name.split(".")[1] for name in tensors if name.startswith(f"layer{n}.")} for n in range(1, 5))
    blocks = tuple(len(found) for found in stages)
    kind = "bottleneck" if "layer1.0.conv3.weight" in tensors else "basic"
    if (kind, blocks) not in RESNETS:
        raise UnusableInputError(f"this is no ResNet that is known: its stages have {blocks} {kind} blocks")
    return RESNETS[kind, blocks]


LAYOUTS: dict[CheckpointLayout, Layout] = {
    "moco": Layout(
        "MoCo", ("module.encoder_q.",), moco, PHOTO, method="moco_v2", place="query.0.", head=moco_head
    ),
    "simclr_v2_tensorflow": Layout(
        "SimCLR v2 (TensorFlow)",
        ("base_model/conv2d",),
        simclr_tensorflow,
        SIMCLR,
        "resnet50_simclr",
        method="simclr_v2",
        head=simclr_head,
    ),
    "simclr_v2": Layout(
        "SimCLR v2 (converted)",
        ("net.0.0.",),
        simclr_converted,
        SIMCLR,
        "resnet50_simclr",
        method="simclr_v2",
        head=simclr_head,
    ),
    "bit": Layout("BiT", ("resnet/root_block/",), bit, BIT, "resnetv2_50x1_bit_s"),
    "deepcluster_v2": Layout(
        "DeepCluster v2",
        ("module.prototypes.", "module.projection_head.", "prototypes.", "projection_head."),
        deepcluster,
        PHOTO,
        method="deepcluster_v2",
        head=deepcluster_head,
    ),
    "torchvision": Layout("ResNet (torchvision)", ("conv1.", "module.conv1."), plain, PHOTO),
}
"""By name; the first with a sign in the file is taken where none is named."""
