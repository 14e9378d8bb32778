"""Weights as if drawn at random that cost next to nothing, for tests that need a network and not its weights.

To draw those of a large network takes ten times as long as to run it on a small image.
"""

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten
DRAWN = 2**18 + 3  # odd, so that the rows of a matrix differ


class QuickWeights(TorchDispatchMode):
    """While it is entered, `normal_` and `uniform_` repeat numbers drawn once, as far apart as asked for.

    `erfinv_`, by which `trunc_normal_` makes a normal distribution of a uniform one, leaves them as they are.
    """

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self._normal = torch.randn(DRAWN, generator=generator)
        self._uniform = torch.rand(DRAWN, generator=generator)

    def __torch_dispatch__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run a function of PyTorch, or what stands for it."""
        if function is aten.normal_.default:
            mean, std = (*args[1:], *(0.0, 1.0)[len(args) - 1 :])
            return repeat(self._normal * std + mean, args[0])
        if function is aten.uniform_.default:
            low, high = (*args[1:], *(0.0, 1.0)[len(args) - 1 :])
            return repeat(self._uniform * (high - low) + low, args[0])
        if function is aten.erfinv_.default:
            return args[0]
        return function(*args, **(kwargs or {}))


def repeat(numbers: torch.Tensor, tensor: torch.Tensor) -> torch.Tensor:
    """Fill `tensor` with `numbers`, again and again, and return it; one without data stays without."""
    if tensor.is_meta:
        return tensor
    if not tensor.is_contiguous():
        return tensor.copy_(repeat(numbers, torch.empty(tensor.shape)))
    flat, whole = tensor.view(-1), tensor.numel() // DRAWN * DRAWN
    flat[:whole].view(-1, DRAWN).copy_(numbers)
    flat[whole:].copy_(numbers[: tensor.numel() - whole])
    return tensor
