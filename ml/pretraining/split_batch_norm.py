"""BatchNorm whose statistics are those of a part of the batch, in place of MoCo's many GPUs.

With the statistics of the whole batch, query and key could find each other by them alone; MoCo shuffles the
keys across GPUs so that they meet in different company (He et al. 2020, section 3.3). On one device, parts of
the batch take the place of the GPUs.
"""

import torch
from torch import nn
from torch.nn.functional import batch_norm


class SplitBatchNorm2d(nn.BatchNorm2d):
    """`nn.BatchNorm2d` in evaluation; in training, `splits` consecutive parts have their own statistics.

    What it will use in evaluation moves once a step, to the mean of its parts'.
    """

    splits = 1
    momentum: float
    running_mean: torch.Tensor
    running_var: torch.Tensor
    num_batches_tracked: torch.Tensor

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return normalised features float32[B, C, H, W]; in training B is a multiple of `splits`."""
        if not self.training or self.splits == 1:
            return super().forward(features)
        running = [each.repeat(self.splits, 1) for each in (self.running_mean, self.running_var)]
        normalised = [
            batch_norm(
                part, mean, var, self.weight, self.bias, training=True, momentum=self.momentum, eps=self.eps
            )
            for part, mean, var in zip(features.chunk(self.splits), *running, strict=True)
        ]
        with torch.no_grad():
            self.running_mean.copy_(running[0].mean(dim=0))
            self.running_var.copy_(running[1].mean(dim=0))
            self.num_batches_tracked.add_(1)
        return torch.cat(normalised)


def split_batch_norms(network: nn.Module, splits: int) -> nn.Module:
    """Have every 2D BatchNorm of `network` see `splits` parts of a batch, in place; returns the network."""
    for module in network.modules():
        if type(module) is nn.BatchNorm2d:
            module.__class__ = SplitBatchNorm2d
        if isinstance(module, SplitBatchNorm2d):
            module.splits = splits
    return network
