"""Networks of others that differ in a detail from timm's, under names that timm then knows."""

from typing import Any

import timm
from timm.layers.pool2d_same import MaxPool2dSame
from timm.layers.std_conv import StdConv2d
from timm.models import register_model
from timm.models.resnet import Bottleneck, ResNet

from ml.encoders.group_norm_resnets import BIT_EPSILON


@register_model
def resnet50_simclr(**arguments: Any) -> Any:
    """Return SimCLR's ResNet-50: TensorFlow pads its pooling at the right and the bottom, for even sizes.

    Its input is pixels in [0, 1] as they are.
    """
    block: Any = Bottleneck
    network: Any = ResNet(block, (3, 4, 6, 3), num_classes=arguments.get("num_classes", 0))
    network.maxpool = MaxPool2dSame(3, 2)
    network.pretrained_cfg = {"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0), "input_size": (3, 224, 224)}
    return network


@register_model
def resnetv2_50x1_bit_s(**arguments: Any) -> Any:
    """Return BiT's ResNet-50x1 with the epsilon of its authors in the standardised weights."""
    network: Any = timm.create_model("resnetv2_50x1_bit", num_classes=arguments.get("num_classes", 0))
    for module in network.modules():
        if isinstance(module, StdConv2d):
            module.eps = BIT_EPSILON
    network.pretrained_cfg = {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5), "input_size": (3, 224, 224)}
    return network
