"""The processes that train one model together, one a GPU: their parts of a batch and what they exchange."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
from torch import distributed
from torch.distributed.distributed_c10d import Store

# A process waits so long for another in the midst of training.
PATIENCE = timedelta(minutes=30)


@dataclass(frozen=True)
class World:
    """Process `rank` of `size`; all hold the same model and take consecutive parts of the same batches."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Return whether this process reports and writes files."""
        return self.rank == 0

    def part(self, count: int) -> slice:
        """Return the rows of a batch of `count` images, a multiple of `size`, that this process takes."""
        own = count // self.size
        return slice(self.rank * own, (self.rank + 1) * own)

    def uniform(self, generator: torch.Generator, count: int, *more: int) -> torch.Tensor:
        """Return float32[count, *more], random numbers in [0, 1) of the `count` images of the own part.

        Those of the whole batch are drawn, so that an image's do not depend on how many processes there are.
        """
        whole = count * self.size
        return torch.rand(whole, *more, generator=generator, device=generator.device)[self.part(whole)]

    def gathered(self, own: torch.Tensor) -> torch.Tensor:
        """Return the rows [size * n, ...] of all processes, in their order; gradients reach all of them."""
        if self.size == 1:
            return own
        rows: torch.Tensor = _Gathered.apply(own.contiguous(), self)  # type: ignore[no-untyped-call]
        return rows

    @torch.no_grad()
    def average_(self, tensors: list[torch.Tensor]) -> None:
        """Replace each floating tensor by its mean over the processes, to the bit the same on all of them."""
        moving = [tensor for tensor in tensors if tensor.is_floating_point()]
        if self.size == 1 or not moving:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in moving])
        distributed.all_reduce(flat)
        parts = torch.split(flat.div_(self.size), [tensor.numel() for tensor in moving])
        for tensor, mean in zip(moving, parts, strict=True):
            tensor.copy_(mean.view_as(tensor))

    @torch.no_grad()
    def follow_(self, tensors: list[torch.Tensor]) -> None:
        """Replace each tensor by what the leading process has in its place."""
        if self.size > 1:
            for tensor in tensors:
                distributed.broadcast(tensor, src=0)

    def agreed(self, value: int) -> int:
        """Return what the leading process says `value` is."""
        if self.size == 1:
            return value
        said = torch.tensor([value])
        distributed.broadcast(said, src=0)
        return int(said)


ALONE = World()


class _Gathered(torch.autograd.Function):
    """All processes' rows; what their losses say about a row comes back to the process that made it."""

    @staticmethod
    def forward(context: Any, own: torch.Tensor, world: World) -> torch.Tensor:
        context.world, context.rows = world, len(own)
        parts = [torch.empty_like(own) for _ in range(world.size)]
        distributed.all_gather(parts, own)
        return torch.cat(parts)

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        summed = gradients[0].contiguous().clone()
        distributed.all_reduce(summed)
        start = context.world.rank * context.rows
        return summed[start : start + context.rows], None


@contextmanager
def joined(world: World, store: Store | None = None) -> Iterator[World]:
    """Connect the processes of `world` by `store`, or by what torchrun says in the environment.

    Tensors on GPUs go by NCCL, those on the CPU by gloo.
    """
    if world.size == 1:
        yield world
        return
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    place: dict[str, Any] = {"store": store} if store is not None else {"init_method": "env://"}
    distributed.init_process_group(backend, rank=world.rank, world_size=world.size, timeout=PATIENCE, **place)
    try:
        yield world
    finally:
        distributed.destroy_process_group()
