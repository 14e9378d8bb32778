"""BatchNorm whose statistics are those of the whole batch, of which each process has a part.

What is learned does not depend on how many processes learn it. `nn.SyncBatchNorm` does so on CUDA alone; this
one does on every device, so that processes on a CPU can prove what those on GPUs do.
"""

from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from ml.pretraining.world import ALONE, World


class GlobalBatchNorm(_BatchNorm):
    """`nn.BatchNorm1d` and `2d` in evaluation; in training, processes have equal parts of one batch.

    A layer costs two messages a step: statistics on the way forward, their gradients on the way back.
    """

    world: World = ALONE
    momentum: float
    running_mean: torch.Tensor
    running_var: torch.Tensor
    num_batches_tracked: torch.Tensor

    def _check_input_dim(self, input: torch.Tensor) -> None:
        """Take features with and without height and width."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return normalised features [B, C] or [B, C, H, W], in the precision that they come in."""
        if not self.training:
            return super().forward(features)
        mean, variance = self._statistics(features)
        self._follow(mean, variance, self.world.size * features.numel() // len(mean))
        statistics = torch.stack([mean, (variance + self.eps).rsqrt()])
        normalised: torch.Tensor = _Normalised.apply(  # type: ignore[no-untyped-call]
            features, self.weight, self.bias, statistics, self.world
        )
        return normalised

    @torch.no_grad()
    def _statistics(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return mean and variance float32[C] of the features of all processes."""
        own = torch.var_mean(features.float(), dim=_but_channels(features), correction=0)
        variances, means = self.world.gathered(torch.stack(own).unsqueeze(0)).unbind(dim=1)
        mean = means.mean(dim=0)
        return mean, (variances + (means - mean).square()).mean(dim=0)

    @torch.no_grad()
    def _follow(self, mean: torch.Tensor, variance: torch.Tensor, count: int) -> None:
        """Move what evaluation will use towards the statistics of `count` numbers a channel."""
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * count / (count - 1), self.momentum)
        self.num_batches_tracked.add_(1)


class _Normalised(torch.autograd.Function):
    """Normalised features; every process's loss depends on the features of all through their statistics."""

    @staticmethod
    def forward(  # noqa: PLR0917  (autograd takes them one by one)
        context: Any,
        features: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        statistics: torch.Tensor,
        world: World,
    ) -> torch.Tensor:
        context.save_for_backward(features, weight, statistics)
        context.world, context.has_bias = world, bias is not None
        scaled = _standardised(features, statistics).mul_(_channels(weight, features))
        if bias is not None:
            scaled.add_(_channels(bias, features))
        return scaled.to(features.dtype)

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        features, weight, statistics = context.saved_tensors
        gradient, dimensions = gradients[0].float(), _but_channels(features)
        standardised = _standardised(features, statistics)
        of_bias, of_weight = gradient.sum(dimensions), (gradient * standardised).sum(dimensions)
        means = torch.stack([of_bias, of_weight]) * (len(weight) / features.numel())
        context.world.average_([means])
        by_mean, by_variance = (_channels(each, features) for each in means)
        of_features = (gradient - by_mean).sub_(standardised.mul_(by_variance))
        of_features.mul_(_channels(weight * statistics[1], features))
        return of_features.to(features.dtype), of_weight, of_bias if context.has_bias else None, None, None


def _but_channels(features: torch.Tensor) -> list[int]:
    return [0, *range(2, features.ndim)]


def _channels(figures: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    """Return `figures` [C] in a shape that meets the channels of `features`."""
    return figures.view(1, -1, *[1] * (features.ndim - 2))


def _standardised(features: torch.Tensor, statistics: torch.Tensor) -> torch.Tensor:
    """Return `features` less the mean, times the inverse deviation of their channel: float32, and new."""
    mean, inverse = statistics
    return (features.float() - _channels(mean, features)).mul_(_channels(inverse, features))


def global_batch_norms(network: nn.Module, world: World) -> nn.Module:
    """Have every BatchNorm of `network` see the whole batches of `world`, in place; returns the network."""
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            module.__class__ = GlobalBatchNorm
            module.world = world  # type: ignore[assignment]
    return network
