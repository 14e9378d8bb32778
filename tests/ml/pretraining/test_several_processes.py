"""Several processes that train together: the same run as one process whose batch has as many parts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import multiprocessing
from torch.distributed import FileStore

from ml.config import MocoV2Config
from ml.errors import UnusableInputError
from ml.messages import PretrainRequest
from ml.pretraining.meeting import processes_for, require_shares
from ml.pretraining.methods.method import Amounts, Batch
from ml.pretraining.trainer import Trainer
from ml.pretraining.world import ALONE, World, joined

RUN = [
    "pretrain", "--source", "digits-8x8", "--mode", "vup", "--backbone", "resnet_small",
    "--image-size", "16", "--epochs", "1", "--batch-size", "128", "--set", "batch_norm_splits=2",
    "--set", "learning_rate=1e-4",
]  # fmt: skip
# Faster learning makes much of rounding: a run with one thread and one with two part within some steps.
EIGENLAB = [sys.executable, "-m", "ml"]
TORCHRUN = [
    sys.executable,
    "-m",
    "torch.distributed.run",
    "--standalone",
    "--nproc-per-node",
    "2",
    "-m",
    "ml",
]


def started(command: list[str], out: Path, *more: str) -> subprocess.Popen[str]:
    """Start a pretraining of 14 steps into `out`."""
    return subprocess.Popen(
        [*command, *RUN, "--out", str(out), "--cache", str(out.parent / "cache"), *more],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> str:
    """Return what a run that went well has printed."""
    said = process.communicate()[0]
    assert process.returncode == 0, said
    return said


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run in one process."""
    out = tmp_path_factory.mktemp("runs") / "alone"
    finished(started(EIGENLAB, out))
    return out


def assert_close(first: Path, second: Path) -> None:
    """Fail unless both runs left the same weights but for the rounding of sums."""
    ours, theirs = (load_file(out / "encoder.safetensors") for out in (first, second))
    for name, tensor in ours.items():
        torch.testing.assert_close(tensor, theirs[name], rtol=1e-3, atol=1e-4, msg=name)


CONFIG = MocoV2Config(
    backbone="resnet_small", image_size=16, batch_size=32, batch_norm_splits=2, queue_size=64, epochs=4
)
STEPS = 4


def losses(world: World) -> list[float]:
    """Return the losses of four steps on images of noise, of which this process takes its part."""
    generator = torch.Generator().manual_seed(0)
    trainer = Trainer(CONFIG, STEPS, Amounts(32, 32), world=world)
    found = []
    for step in range(STEPS):
        pixels = torch.randint(0, 256, (32, 3, 20, 24), dtype=torch.uint8, generator=generator)
        part = world.part(32)
        found.append(float(trainer.step(Batch(pixels[part], torch.arange(32)[part]), step).loss))
    return found


def write_losses(rank: int, directory: str) -> None:
    """Write the `losses` of process `rank` of two to `directory`."""
    torch.set_num_threads(1)
    with joined(World(rank, 2), FileStore(f"{directory}/store", 2)) as world:
        Path(directory, f"{rank}.json").write_text(json.dumps(losses(world)))


def test_two_processes_have_the_losses_of_one_whose_batch_has_two_parts(tmp_path: Path) -> None:
    multiprocessing.spawn(write_losses, (str(tmp_path),), nprocs=2)
    first, second = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1))
    assert first == second
    assert first == pytest.approx(losses(ALONE), rel=1e-4)


def test_torchrun_starts_them_as_well_and_one_of_them_reports(alone: Path) -> None:
    out = alone.parent / "torchrun"
    assert finished(started(TORCHRUN, out)).count("14 steps") == 1
    assert_close(alone, out)


def test_a_killed_run_goes_on_with_another_number_of_processes(alone: Path) -> None:
    out = alone.parent / "killed"
    process = started(EIGENLAB, out, "--processes", "2", "--set", "checkpoint_steps=1")
    while process.poll() is None and not list(out.glob("checkpoint-*.safetensors")):
        pass
    process.kill()
    process.communicate()
    assert list(out.glob("checkpoint-*.safetensors"))
    assert not (out / "encoder.safetensors").exists()
    finished(started(EIGENLAB, out, "--processes", "1"))
    assert_close(alone, out)


def test_a_batch_that_cannot_be_shared_is_refused(tmp_path: Path) -> None:
    request = PretrainRequest(
        config=CONFIG, processes=5, cache_directory=tmp_path, output_directory=tmp_path / "out"
    )
    with pytest.raises(UnusableInputError, match="a batch of 32 has no equal parts for 5 processes"):
        require_shares(request, 5)
    assert processes_for(request) == 4  # started by us: as many of those wished for as can share it
