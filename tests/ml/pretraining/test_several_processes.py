"""Starting several processes that train together, and what is left of them when they are killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

from ml.config import MocoV2Config
from ml.encoders.networks import create_network
from ml.errors import UnusableInputError
from ml.lab import cli
from ml.messages import ImageFile, PretrainRequest
from ml.pretraining.meeting import processes_for, require_shares
from ml.runtime import seed_everything

RUN = [
    "pretrain", "--mode", "vup", "--backbone", "resnet_small", "--image-size", "16", "--epochs", "8",
    "--batch-size", "16", "--set", "batch_norm_splits=2", "--set", "learning_rate=1e-3",
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


def words(out: Path, *more: str) -> list[str]:
    """Return the command of a pretraining of 24 steps into `out`, of images that lie beside it."""
    source, cache = out.parent / "source", out.parent / "cache"
    return [*RUN, "--source", str(source), "--out", str(out), "--cache", str(cache), *more]


def started(command: list[str], out: Path, *more: str) -> subprocess.Popen[str]:
    """Start that pretraining in a process of its own."""
    return subprocess.Popen(
        [*command, *words(out, *more)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run_here(out: Path, *more: str) -> None:
    """Run that pretraining in this process alone."""
    result = CliRunner().invoke(cli.app, words(out, "--processes", "1", *more), catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def alone(
    tmp_path_factory: pytest.TempPathFactory, colour_images: Callable[[str, int], list[ImageFile]]
) -> Path:
    """Return the folder of a run in one process."""
    directory = tmp_path_factory.mktemp("runs")
    (directory / "source").mkdir()
    for image in colour_images("source", 48):
        (directory / "source" / Path(image.path).name).symlink_to(image.path)
    run_here(directory / "alone")
    return directory / "alone"


def weights(tensors: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return all weights of an encoder in a row."""
    return torch.cat([tensors[name].flatten() for name in sorted(tensors) if name.endswith("weight")])


def assert_close(first: Path, second: Path) -> None:
    """Fail unless both runs went the same way.

    In so small a batch, one unit whose sign rounding decides changes the way by some per cent.
    """
    seed_everything(0)
    network = create_network("resnet_small_small_image", zero_init_last=False)
    ours, theirs = (weights(load_file(out / "encoder.safetensors")) for out in (first, second))
    way = float((ours - weights(network.state_dict())).norm())
    assert float((ours - theirs).norm()) < 0.25 * way


def test_torchrun_starts_them_as_well_and_one_of_them_reports(alone: Path) -> None:
    out = alone.parent / "torchrun"
    process = started(TORCHRUN, out)
    said = process.communicate()[0]
    assert process.returncode == 0, said
    assert said.count("24 steps") == 1
    assert_close(alone, out)


def test_a_killed_run_goes_on_with_another_number_of_processes(alone: Path) -> None:
    out = alone.parent / "killed"
    process = started(EIGENLAB, out, "--processes", "2", "--set", "checkpoint_steps=1")
    while process.poll() is None and not list(out.glob("checkpoint-*.safetensors")):
        time.sleep(0.01)  # it would take the time of the processes
    process.kill()
    process.wait()
    assert list(out.glob("checkpoint-*.safetensors"))
    assert not (out / "encoder.safetensors").exists()
    run_here(out)
    assert_close(alone, out)


def test_a_batch_that_cannot_be_shared_is_refused(tmp_path: Path) -> None:
    request = PretrainRequest(
        config=MocoV2Config(batch_size=32),
        processes=5,
        cache_directory=tmp_path,
        output_directory=tmp_path / "out",
    )
    with pytest.raises(UnusableInputError, match="a batch of 32 has no equal parts for 5 processes"):
        require_shares(request, 5)
    assert processes_for(request) == 4  # started by us: as many of those wished for as can share it
