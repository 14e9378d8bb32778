"""ResNets that timm does not have, under names that it then knows: for small images, and one for CPUs.

The stem for small images is a 3 x 3 convolution of stride 1 without pooling, as in ResNets for CIFAR;
ImageNet's 7 x 7 stem would leave one pixel in 32 of a 32-pixel image.
"""

from typing import Any

from timm.models import register_model
from timm.models.resnet import BasicBlock, Bottleneck, ResNet
from torch import nn

SETTINGS = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225), "input_size": (3, 32, 32)}
TAKEN = ("num_classes", "zero_init_last")


def _resnet(block: Any, layers: tuple[int, ...], arguments: dict[str, Any], **own: Any) -> Any:
    """Return timm's ResNet; of the `arguments` that timm passes on, only those named here are its."""
    taken = {"num_classes": 0} | {name: arguments[name] for name in TAKEN if name in arguments}
    network: Any = ResNet(block, layers, **taken, **own)
    network.pretrained_cfg = dict(SETTINGS)
    return network


def _for_small_images(network: Any) -> Any:
    """Replace the stem of an ImageNet ResNet."""
    network.conv1 = nn.Conv2d(3, network.conv1.out_channels, 3, padding=1, bias=False)
    nn.init.kaiming_normal_(network.conv1.weight, mode="fan_out", nonlinearity="relu")
    network.maxpool = nn.Identity()
    return network


@register_model
def resnet_small(**arguments: Any) -> Any:
    """Return a ResNet of four blocks (1.2 million parameters, 256 features) that a CPU trains in minutes."""
    channels = (32, 64, 128, 256)
    return _resnet(BasicBlock, (1, 1, 1, 1), arguments, stem_type="deep", stem_width=16, channels=channels)


@register_model
def resnet_small_small_image(**arguments: Any) -> Any:
    """Return `resnet_small` without pooling in its stem: half the resolution of the image remains."""
    network = resnet_small(**arguments)
    network.maxpool = nn.Identity()
    return network


@register_model
def resnet18_small_image(**arguments: Any) -> Any:
    """Return a ResNet-18 with the stem for small images (11.2 million parameters, 512 features)."""
    return _for_small_images(_resnet(BasicBlock, (2, 2, 2, 2), arguments))


@register_model
def resnet50_small_image(**arguments: Any) -> Any:
    """Return a ResNet-50 with the stem for small images (23.5 million parameters, 2,048 features)."""
    return _for_small_images(_resnet(Bottleneck, (3, 4, 6, 3), arguments))
