"""LARS (You et al. 2017): large batches learn at high rates; SimCLR v2 and DeepCluster v2 use it."""

from collections.abc import Callable, Iterable
from typing import Any, overload

import torch
from torch import nn
from torch.optim import Optimizer

TRUST = 0.001


class Lars(Optimizer):
    """SGD with momentum in which each weight's step follows its own size.

    With g the gradient plus `weight_decay` times the weight w, the velocity v becomes
    `momentum` * v + lr * `trust` * |w| / |g| * g, and w becomes w - v: the learning rate is inside v. Where
    |w| or |g| is 0 their ratio counts as 1 / `trust`. Parameters of one dimension (biases, BatchNorm) are
    moved by plain SGD without weight decay, unless `everything` is adapted.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        *,
        lr: float = 0.0,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        trust: float = TRUST,
        everything: bool = False,
    ) -> None:
        settings = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "trust": trust}
        super().__init__(parameters, settings | {"everything": everything})

    @overload
    def step(self, closure: None = None) -> None: ...

    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Move the parameters by one step; returns what `closure`, which computes gradients anew, returns."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, group)
        return loss

    def _move(self, parameter: torch.Tensor, group: dict[str, Any]) -> None:
        gradient = parameter.grad
        if group["everything"] or parameter.ndim > 1:
            gradient = gradient.add(parameter, alpha=group["weight_decay"])  # type: ignore[union-attr]
            ratio = group["trust"] * parameter.norm() / gradient.norm()
            gradient = gradient * torch.where((ratio > 0) & ratio.isfinite(), ratio, 1)
        state = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(parameter)
        velocity = state["momentum_buffer"].mul_(group["momentum"]).add_(gradient, alpha=group["lr"])
        parameter.sub_(velocity)
