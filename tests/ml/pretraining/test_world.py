"""What processes exchange, tried with two that talk by gloo."""

from pathlib import Path

import pytest
import torch
from torch import distributed, multiprocessing

from ml.pretraining.world import ALONE, World, joined


def exchange(rank: int, directory: str) -> None:
    """Gather, average and agree as process `rank` of two; leaves what came out in `directory`."""
    torch.set_num_threads(1)
    store = distributed.FileStore(f"{directory}/store", 2)
    with joined(World(rank, 2), store) as world:
        own = torch.tensor([[1.0 + rank, 2.0 + rank]], requires_grad=True)
        rows = world.gathered(own)
        torch.autograd.backward((rows * torch.tensor([[1.0], [10.0]]) * (rank + 1)).sum())
        assert own.grad is not None
        number = torch.tensor([float(rank)])
        count = torch.tensor([rank])
        world.average_([number, count])
        found = {
            "rows": rows.detach(),
            "gradient": own.grad,
            "mean": number,
            "count": count,
            "agreed": torch.tensor(world.agreed(rank + 7)),
            "uniform": world.uniform(torch.Generator().manual_seed(5), 3),
        }
        torch.save(found, f"{directory}/{rank}.pt")


def test_two_processes_exchange_rows_gradients_means_and_numbers(tmp_path: Path) -> None:
    multiprocessing.spawn(exchange, (str(tmp_path),), nprocs=2)
    first, second = (torch.load(tmp_path / f"{rank}.pt") for rank in (0, 1))
    for found in (first, second):
        assert found["rows"].tolist() == [[1, 2], [2, 3]]
        assert found["mean"].item() == 0.5
        assert found["agreed"].item() == 7
    # Process 0's loss weighs the rows by 1 and 10, process 1's by twice that.
    assert first["gradient"].tolist() == [[3, 3]]
    assert second["gradient"].tolist() == [[30, 30]]
    assert (first["count"].item(), second["count"].item()) == (0, 1)
    together = torch.rand(6, generator=torch.Generator().manual_seed(5))
    assert torch.equal(torch.cat([first["uniform"], second["uniform"]]), together)


def test_parts_of_a_batch_follow_each_other() -> None:
    assert [World(rank, 4).part(12) for rank in range(4)] == [
        slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 12)
    ]  # fmt: skip


def test_a_process_alone_exchanges_nothing() -> None:
    own = torch.ones(2, 3)
    assert ALONE.gathered(own) is own
    assert ALONE.agreed(3) == 3
    with joined(ALONE) as world:
        assert world.leads
    assert ALONE.part(8) == slice(0, 8)
    with pytest.raises(ValueError, match="not been initialized"):
        World(0, 2).agreed(1)
