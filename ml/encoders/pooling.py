"""The width of what a network gives for an image: asked of the network, never read off a description.

timm's `num_features` is the width before pooling, and many networks (mobilenetv3, vgg, ghostnet, mambaout and
others) have a layer after it.
"""

import torch
from torch import nn

from ml.errors import UnusableInputError, first_line


def pooled_width(network: nn.Module, size: int) -> int:
    """Return D, how many numbers `network` gives an image of `size` pixels a side.

    Raises UnusableInputError where it takes no such image, or gives anything but one row of numbers for it.
    """
    device = next(network.parameters()).device
    modes = [(module, module.training) for module in network.modules()]
    network.eval()  # or BatchNorm would take the question for training
    try:
        with torch.inference_mode():
            pooled = network(torch.zeros(1, 3, size, size, device=device))
    except Exception as error:
        raise UnusableInputError(
            f"this network takes no images of {size} x {size} pixels: {first_line(error)}"
        ) from error
    finally:
        for module, training in modes:
            module.training = training
    if not isinstance(pooled, torch.Tensor) or pooled.ndim != 2:
        found = list(pooled.shape) if isinstance(pooled, torch.Tensor) else type(pooled).__name__
        raise UnusableInputError(f"this network gives {found} for an image, not one row of features")
    return pooled.shape[1]
