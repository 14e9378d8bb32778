"""Every method in two processes that talk by gloo: what one process with the whole batch does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import multiprocessing, nn
from torch.distributed import FileStore

from ml.config import pretrain_config
from ml.messages import ImageFile, PretrainRequest
from ml.pretraining.global_batch_norm import global_batch_norms
from ml.pretraining.methods.method import Amounts, Batch
from ml.pretraining.pretrain import NOBODY, pretrain, pretrain_in
from ml.pretraining.trainer import Trainer
from ml.pretraining.world import ALONE, World, joined
from ml.progress import no_progress
from tests.ml.pretraining.conftest import OF_METHOD, maker, tiny

METHODS = sorted(OF_METHOD)
RATES = {"deepcluster_v2": 1.0, "moco_v2": 1e-4, "simclr_v2": 0.001, "supervised": 1e-4}
"""Low ones: at the usual rates rounding drives two runs apart within some steps. LARS takes smaller steps."""
IMAGES, BATCH = 32, 16


def slow(method: str) -> dict[str, Any]:
    """Return the settings of two epochs that rounding does not drive apart."""
    return {"epochs": 2, "learning_rate": RATES[method], "warm_up_epochs": 0}


def batch_of(step: int, world: World) -> Batch:
    """Return this process's part of batch `step` of images of noise: halves of them, in turn."""
    generator = torch.Generator().manual_seed(step % 2)
    pixels = torch.randint(0, 256, (BATCH, 3, 20, 24), dtype=torch.uint8, generator=generator)
    rows = torch.arange(BATCH) + step % 2 * BATCH
    part = world.part(BATCH)
    return Batch(pixels[part], rows[part], (rows % 3)[part])


def learned(method: str, world: World) -> dict[str, torch.Tensor]:
    """Return the losses of two epochs of two steps, the last gradients, and all that is kept by then."""
    config = pretrain_config.validate_python(tiny(method, **slow(method), batch_size=BATCH))
    trainer = Trainer(config, 4, Amounts(IMAGES, IMAGES, classes=3), world=world)

    def read() -> Iterator[tuple[int, Batch]]:
        yield from ((step, batch_of(step, world)) for step in range(2))

    losses = []
    for step in range(4):
        if step % 2 == 0:
            trainer.start_epoch(step // 2, read)
        losses.append(trainer.step(batch_of(step, world), step).loss)
    trainer.average_statistics()
    found = {"losses": torch.stack(losses)} | trainer.method.state_dict()
    for name, parameter in trainer.method.named_parameters():
        if parameter.grad is not None:
            found[f"gradient of {name}"] = parameter.grad
    return {name: tensor.clone() for name, tensor in found.items()}


def normalised(world: World) -> dict[str, torch.Tensor]:
    """Return what BatchNorms make of 8 rows, gradients of their part, and what evaluation will use."""
    generator = torch.Generator().manual_seed(3)
    network = nn.Sequential(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3), nn.Flatten(), nn.BatchNorm1d(12))
    for parameter in network.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator)
    if world.size > 1:
        global_batch_norms(network, world)
    rows = (3 + torch.randn(8, 2, 2, 2, generator=generator))[world.part(8)].requires_grad_()
    weights = torch.randn(8, 12, generator=generator)[world.part(8)]
    out = network(rows)
    torch.autograd.backward((out * weights).sum())
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    world.average_(gradients)
    found = {f"gradient {number}": world.size * each for number, each in enumerate(gradients)}
    found |= {"out": world.gathered(out), "rows": world.gathered(rows.grad)}  # type: ignore[arg-type]
    found |= network.state_dict() | {"evaluated": network.eval()(torch.ones(2, 2, 2, 2))}
    return {name: tensor.detach().clone() for name, tensor in found.items()}


def take_part(rank: int, directory: str, requests: list[PretrainRequest]) -> None:
    """Learn as process `rank` of two, and run `requests`; the directory gets what has come out."""
    torch.set_num_threads(1)
    with joined(World(rank, 2), FileStore(f"{directory}/store", 2)) as world:
        found = {method: learned(method, world) for method in METHODS} | {"norms": normalised(world)}
    torch.save(found, f"{directory}/{rank}.pt")
    for number, request in enumerate(requests):
        pretrain_in(World(rank, 2), FileStore(f"{directory}/{number}", 2), request, NOBODY)


@dataclass(frozen=True)
class Two:
    """What two processes have left in `directory`, and what makes the requests of runs there."""

    directory: Path
    make: Callable[..., PretrainRequest]

    def request(self, method: str, who: str, checkpoint: Path | None = None) -> PretrainRequest:
        """Return a run of eight steps in a folder named after `who`, which may go on from a checkpoint."""
        paths = [str(checkpoint)] if checkpoint else []
        return self.make(f"{method}-{who}", paths, **slow(method), method=method, checkpoint_steps=2)

    def figures(self, rank: int, what: str) -> dict[str, torch.Tensor]:
        """Return the figures of process `rank`."""
        found: dict[str, torch.Tensor] = torch.load(self.directory / f"{rank}.pt")[what]
        return found


def checkpoint_of(request: PretrainRequest, step: int) -> Path:
    """Return where a run keeps its state after `step` steps."""
    return request.output_directory / f"checkpoint-{step:09}.safetensors"


@pytest.fixture(scope="module")
def two(
    tmp_path_factory: pytest.TempPathFactory, colour_images: Callable[[str, int], list[ImageFile]]
) -> Iterator[Two]:
    """Have one process train every method, and then two go on from its second step of eight."""
    directory = tmp_path_factory.mktemp("two")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    made = Two(directory, maker(directory, colour_images))
    requests = []
    for method in METHODS:
        alone = made.request(method, "alone")
        pretrain(alone, no_progress, lambda report: None)
        requests.append(made.request(method, "two", checkpoint_of(alone, 2)))
    multiprocessing.spawn(take_part, (str(directory), requests), nprocs=2)
    yield made
    torch.set_num_threads(threads)


def assert_close(found: dict[str, torch.Tensor], expected: dict[str, torch.Tensor]) -> None:
    """Fail unless each tensor is as expected but for the rounding of sums."""
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        away = float((found[name].float() - tensor.float()).norm())
        # A unit whose sign rounding decides has changed a gradient by a hundredth.
        assert away <= 0.05 * float(tensor.float().norm()) + 1e-5, name


@pytest.mark.parametrize("method", METHODS)
def test_two_processes_have_losses_gradients_and_memory_of_one(two: Two, method: str) -> None:
    first, second = (two.figures(rank, method) for rank in (0, 1))
    assert [name for name in first if not torch.equal(first[name], second[name])] == []
    assert_close(first, learned(method, ALONE))


def test_statistics_are_those_of_the_whole_batch(two: Two) -> None:
    assert_close(two.figures(0, "norms"), normalised(ALONE))
    assert_close(two.figures(1, "norms"), normalised(ALONE))


def trained(request: PretrainRequest, checkpoint: int | None = None) -> torch.Tensor:
    """Return all weights that a run has left, or had after as many steps as `checkpoint` says."""
    left, prefix = request.output_directory / "method.safetensors", ""
    if checkpoint is not None:
        left, prefix = checkpoint_of(request, checkpoint), "model."
    tensors = load_file(left)
    names = sorted(name for name in tensors if name.endswith(("weight", "bias")) and name.startswith(prefix))
    return torch.cat([tensors[name].flatten() for name in names])


@pytest.mark.parametrize("method", METHODS)
def test_a_run_goes_on_with_another_number_of_processes(two: Two, method: str) -> None:
    """Alone, then in two processes within the first epoch, then alone again within the second."""
    alone, both = two.request(method, "alone"), two.request(method, "two")
    again = two.request(method, "again", checkpoint_of(both, 6))
    pretrain(again, no_progress, lambda report: None)
    end = trained(alone)
    way = float((end - trained(alone, 2)).norm())
    for run in (both, again):
        assert float((end - trained(run)).norm()) < 0.01 * way
