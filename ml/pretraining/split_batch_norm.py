"""BatchNorm whose statistics are those of a part of the batch, in place of MoCo's many GPUs.

With the statistics of the whole batch, query and key could find each other by them alone; MoCo shuffles the
keys across GPUs so that they meet in different company (He et al. 2020, section 3.3). On one device, parts of
the batch take the place of the GPUs.
"""

import torch
from torch import nn


class SplitBatchNorm2d(nn.BatchNorm2d):
    """`nn.BatchNorm2d` in evaluation; in training, `splits` consecutive parts have their own statistics."""

    splits = 1

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return normalised features float32[B, C, H, W]; in training B is a multiple of `splits`."""
        if not self.training or self.splits == 1:
            return super().forward(features)
        parts = features.chunk(self.splits)
        return torch.cat([super(SplitBatchNorm2d, self).forward(part) for part in parts])


def split_batch_norms(network: nn.Module, splits: int) -> nn.Module:
    """Have every 2D BatchNorm of `network` see `splits` parts of a batch, in place; returns the network."""
    for module in network.modules():
        if type(module) is nn.BatchNorm2d:
            module.__class__ = SplitBatchNorm2d
        if isinstance(module, SplitBatchNorm2d):
            module.splits = splits
    return network
