"""ResNets without BatchNorm, as BiT's, under names that timm then knows: to train, and for small images.

They are pre-activation ResNets with GroupNorm and standardised weights (Kolesnikov et al. 2020), whose images
have nothing to do with each other. BiT's own weights have networks of their own (imported_networks.py).
"""

from functools import partial
from typing import Any

from timm.layers.classifier import ClassifierHead
from timm.layers.norm_act import GroupNormAct
from timm.layers.std_conv import StdConv2d
from timm.models import register_model
from timm.models.resnetv2 import ResNetV2
from torch import nn

SETTINGS = {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5), "input_size": (3, 32, 32)}
TAKEN = ("num_classes", "zero_init_last")
BIT_EPSILON = 1e-10
SMALL_GROUPS = 8
"""As many channels a group as BiT has in its first layer: two."""


def _resnet(layers: tuple[int, ...], arguments: dict[str, Any], **own: Any) -> Any:
    """Return timm's ResNetV2; of the `arguments` that timm passes on, only those named here are its."""
    taken = {"num_classes": 0} | {name: arguments[name] for name in TAKEN if name in arguments}
    network: Any = ResNetV2(list(layers), conv_layer=partial(StdConv2d, eps=BIT_EPSILON), **taken, **own)
    network.head = ClassifierHead(network.num_features, taken["num_classes"])  # one row of features an image
    network.pretrained_cfg = dict(SETTINGS)
    return network


def _without_pooling(network: Any) -> Any:
    """Take pooling, and what pads for it, out of the stem."""
    network.stem.pool = network.stem.pad = nn.Identity()
    return network


@register_model
def resnet50_gn_ws(**arguments: Any) -> Any:
    """Return BiT's ResNet-50x1 (23.5 million parameters, 2,048 features)."""
    return _resnet((3, 4, 6, 3), arguments, stem_type="fixed")


@register_model
def resnet50_gn_ws_small_image(**arguments: Any) -> Any:
    """Return `resnet50_gn_ws` with a stem of stride 1 for small images."""
    network = _without_pooling(resnet50_gn_ws(**arguments))
    network.stem.conv = StdConv2d(3, network.stem.conv.out_channels, 3, padding=1, eps=BIT_EPSILON)
    nn.init.kaiming_normal_(network.stem.conv.weight, mode="fan_out", nonlinearity="relu")
    return network


@register_model
def resnet_small_gn_ws(**arguments: Any) -> Any:
    """Return the like of `resnet_small` (1.2 million parameters, 256 features)."""
    return _resnet(
        (1, 1, 1, 1),
        arguments,
        channels=(32, 64, 128, 256),
        stem_type="deep_fixed",
        stem_chs=32,
        basic=True,
        bottle_ratio=1.0,
        norm_layer=partial(GroupNormAct, num_groups=SMALL_GROUPS),
    )


@register_model
def resnet_small_gn_ws_small_image(**arguments: Any) -> Any:
    """Return `resnet_small_gn_ws` without pooling in its stem: half the resolution of the image remains."""
    return _without_pooling(resnet_small_gn_ws(**arguments))
