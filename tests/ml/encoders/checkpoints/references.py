"""What a network of others makes of pixels, written down again from what is known of it."""

from typing import Any

import numpy as np
import torch
from torch.nn import functional


def simclr(network: Any, pixels: torch.Tensor) -> torch.Tensor:
    """Return the features of SimCLR: torchvision's network, but TensorFlow pads its pooling behind only."""
    network.maxpool = torch.nn.Sequential(torch.nn.ZeroPad2d((0, 1, 0, 1)), torch.nn.MaxPool2d(3, 2))
    features: torch.Tensor = network(pixels)
    return features


class Bit:
    """BiT's ResNet by its own arrays: standardised kernels, GroupNorm first, zeros around the pool."""

    def __init__(self, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
        self.arrays = {
            name.removeprefix("resnet/"): torch.from_numpy(array) for name, array in arrays.items()
        }

    def convolved(self, x: torch.Tensor, name: str, stride: int = 1) -> torch.Tensor:
        kernel = self.arrays[f"{name}/standardized_conv2d/kernel"].permute(3, 2, 0, 1)
        centred = kernel - kernel.mean(dim=(1, 2, 3), keepdim=True)
        variance = kernel.var(dim=(1, 2, 3), keepdim=True, unbiased=False)
        return functional.conv2d(
            x, centred / torch.sqrt(variance + 1e-10), stride=stride, padding=kernel.shape[-1] // 2
        )

    def normed(self, x: torch.Tensor, name: str) -> torch.Tensor:
        gamma, beta = self.arrays[f"{name}/gamma"], self.arrays[f"{name}/beta"]
        return functional.relu(functional.group_norm(x, 32, gamma, beta))

    def unit(self, x: torch.Tensor, name: str, stride: int) -> torch.Tensor:
        out = self.normed(x, f"{name}/a/group_norm")
        projected = f"{name}/a/proj/standardized_conv2d/kernel" in self.arrays
        residual = self.convolved(out, f"{name}/a/proj", stride) if projected else x
        out = self.convolved(out, f"{name}/a")
        out = self.convolved(self.normed(out, f"{name}/b/group_norm"), f"{name}/b", stride)
        return self.convolved(self.normed(out, f"{name}/c/group_norm"), f"{name}/c") + residual

    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        x = self.convolved(pixels, "root_block", 2)
        x = functional.max_pool2d(functional.pad(x, (1, 1, 1, 1)), 3, 2)
        for stage, blocks in enumerate((3, 4, 6, 3), 1):
            for block in range(1, blocks + 1):
                x = self.unit(x, f"block{stage}/unit{block:02}", 2 if block == 1 and stage > 1 else 1)
        return self.normed(x, "group_norm").mean(dim=(2, 3))
