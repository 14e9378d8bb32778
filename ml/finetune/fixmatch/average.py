"""The moving average of the weights, by which a model is judged while it still moves."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel


def averaged(model: nn.Module, decay: float) -> AveragedModel:
    """Return the average of `model`; `update_parameters` takes it on. Early on it forgets faster.

    Buffers such as the statistics of BatchNorm are averaged, too.
    """

    def average(
        own: Sequence[torch.Tensor], current: Sequence[torch.Tensor], taken: torch.Tensor | int
    ) -> None:
        new = 1 - min(decay, (1 + int(taken)) / (10 + int(taken)))
        for mean, value in zip(own, current, strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, new)
            else:
                mean.copy_(value)

    return AveragedModel(model, multi_avg_fn=average, use_buffers=True)
