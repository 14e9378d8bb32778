"""Experiment files that pretrain their encoders: trained once a collection and seed, resumed, kept apart."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ml.errors import UnusableInputError
from ml.lab import cli, run_grid, trainings
from ml.lab.collections import read_collection
from ml.lab.experiment import ResultFile
from ml.lab.grid import cells_of, encoders_of, located, read_grid
from ml.lab.locks import locked
from ml.lab.pretraining import run as train
from ml.lab.pretrainings import Pretraining
from ml.lab.run_grid import Place
from ml.lab.simulate import simulate
from ml.messages import FilesSource
from ml.progress import no_progress

GRID = """
seeds = [0, 1]
schedules = [[1]]
at = [0, 1]
against = "VUP"
strategies = [{ kind = "oracle" }]
finetunes = [{ kind = "frozen", head = "nearest_mean" }]
pretrainings = [
    { name = "VUP", mode = "vup", source_part = 0.75 },
    { name = "UF", uf = "VUP", steps = 1 },
    { name = "TUP", mode = "tup", rebalanced = false, target_part = 0.5 },
]
[pretraining]
source = "data:test"
backbone = "resnet_small"
image_size = 16
batch_size = 8
steps = 2
[methods.moco_v2]
key_momentum = 0.9
[[collections]]
name = "colours"
pool = "data:pool"
test = "data:test"
"""
TINY = {"image_size": 16, "batch_size": 8, "epochs": 1}
Run = Callable[..., Result]


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    """Return a file with three pretrainings and two seeds."""
    path = tmp_path / "grid.toml"
    path.write_text(GRID)
    return path


@pytest.fixture
def run(grid: Path, folders: Path, tmp_path: Path) -> Run:
    """Return a function that runs the file."""

    def invoke(*words: str) -> Result:
        places = ("--data", str(folders), "--cache", str(tmp_path / "cache"))
        return CliRunner().invoke(cli.app, ["run", str(grid), *places, *words])

    return invoke


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the settings of each training, as they begin."""
    begun: list[Any] = []

    def counted(config: Any, **arguments: Any) -> Any:
        begun.append((config, len(arguments["target"])))
        return train(config, **arguments)

    monkeypatch.setattr(trainings, "run", counted)
    return begun


def trained_details(tmp_path: Path) -> list[dict[str, Any]]:
    """Return what each training said at its end."""
    return [json.loads(path.read_text()) for path in (tmp_path / "cache").glob("encoders/*/details.json")]


def test_every_pretraining_is_trained_once_a_seed(
    run: Run, grid: Path, trained: list[Any], tmp_path: Path
) -> None:
    told = run()
    assert told.exit_code == 0, told.output
    seen = [(config.mode, config.seed, config.epochs, target) for config, target in trained]
    # Nine of twelve source images make one batch; half of 36 pool images beside all twelve make three.
    assert sorted(seen) == [
        *(("tup", seed, 1, 18) for seed in (0, 1)),
        *(("uf", seed, 1, 36) for seed in (0, 1)),
        *(("vup", seed, 2, 0) for seed in (0, 1)),
    ]
    assert {details["source_images"] for details in trained_details(tmp_path)} == {0, 9, 12}
    assert {details["measured"]["of"] for details in trained_details(tmp_path)} == {"target"}
    assert {config.key_momentum for config, _ in trained} == {0.9}
    assert [config.target_share for config, _ in trained if config.mode == "tup"] == [1.5, 1.5]
    table = (grid.with_suffix("") / "table.md").read_text()
    assert "| images | encoder |" in table
    assert "difference to VUP" in table
    assert table.count("| colours | ") == 3
    files = sorted(grid.with_suffix("").glob("*.json"))
    assert [file.name for file in files] == [
        f"colours-{name}-oracle-nearest_mean-1.json" for name in ("TUP", "UF", "VUP")
    ]
    result = ResultFile.load(files[1])
    assert result.experiment.pretraining is not None
    assert result.experiment.pretraining.initial is not None
    assert result.experiment.pretraining.initial.source == "data:test"
    assert len({run.record["encoder_sha256"] for run in result.runs}) == 2
    # Another file finds the encoders in the cache; only the rounds are run again.
    assert run("--out", str(tmp_path / "again")).exit_code == 0
    assert len(trained) == 6
    grid.write_text(GRID.replace("key_momentum = 0.9", "key_momentum = 0.8"))
    assert isinstance(run().exception, UnusableInputError)


def test_an_interrupted_run_says_how_it_goes_on(
    run: Run, grid: Path, trained: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_arguments: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(run_grid, "simulate", stopped)
        told = run()
    assert told.exit_code == 130
    assert "the same command goes on" in told.stderr
    assert len(trained) == 1
    assert run().exit_code == 0
    assert len(trained) == 6


def test_two_runs_of_one_file_never_do_the_same_seed_twice(
    grid: Path, folders: Path, trained: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str | None, int]] = []
    together = threading.Barrier(2)

    def counted(experiment: Any, seed: int, *arguments: Any) -> Any:
        done.append((experiment.encoder_name, seed))
        if len(done) <= 2:
            together.wait(60)  # each of the two runs is in a round of its own
        return simulate(experiment, seed, *arguments)

    monkeypatch.setattr(run_grid, "simulate", counted)
    read = read_grid(grid)
    locate = partial(located, toml=grid, data=folders)
    place = Place(locate, tmp_path / "out", tmp_path / "cache")
    with ThreadPoolExecutor(2) as threads:
        cells = cells_of(read, encoders_of(read, locate))
        runs = [threads.submit(run_grid.run_grid, read, cells, place, no_progress) for _ in range(2)]
        assert [len(run.result()) for run in runs] == [3, 3]
    assert sorted(done) == [(name, seed) for name in ("TUP", "UF", "VUP") for seed in (0, 1)]
    for file in place.out.glob("*.json"):
        assert sorted(run["seed"] for run in json.loads(file.read_text())["runs"]) == [0, 1]
    assert len(trained) == 6


def test_some_classes_of_a_source_are_the_same_for_every_seed(
    folders: Path, tmp_path: Path, trained: list[Any]
) -> None:
    config = {"mode": "vup", "method": "supervised", "backbone": "resnet_small"} | TINY
    table = {"name": "few", "source": "pool", "source_classes": 0.4, "config": config}
    measured_by = read_collection(str(folders / "test"), "test", tmp_path)
    for seed in (0, 1):
        places = trainings.Trainings(lambda location: str(folders / location), tmp_path / "cache")
        places.encoder(Pretraining.model_validate(table), seed, measured_by, no_progress)
        [source] = places.sources.values()
        # Two is the least number of classes that a classifier tells apart.
        assert isinstance(source.images, FilesSource)
        assert len(set(source.images.classes or [])) == 2
        assert source.count == 24
    assert len(trained) == 2
    assert len({details["source_images"] for details in trained_details(tmp_path)}) == 1
    unnamed = FilesSource(paths=[str(path) for path in (folders / "pool").glob("*/*")])
    with pytest.raises(UnusableInputError, match="source_classes needs a source whose classes are known"):
        trainings.read_source(unnamed, 1, 0.5, tmp_path)


def test_a_lock_file_that_is_left_does_not_block(tmp_path: Path) -> None:
    (tmp_path / ".locks").mkdir()
    (tmp_path / ".locks" / "cell.json.lock").touch()
    with locked(tmp_path / "cell.json") as first, locked(tmp_path / "cell.json") as second:
        assert (first, second) == (True, False)
    with locked(tmp_path / "cell.json") as third:
        assert third


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('uf = "VUP"', 'uf = "MoCo"', "no pretraining above UF is called MoCo"),
        ('mode = "vup"', 'mode = "uf"', "uf needs `uf`"),
        ('source = "data:test"', "", "vup needs `source`"),
        ("batch_size = 8", "batch_size = 8\ntemper = 1", "temper"),
        ("batch_size = 8", "batch_size = 64", "VUP: an epoch has 9 images, fewer than a batch of 64"),
        ('name = "UF"', 'name = "VUP"', "two encoders are called VUP"),
        ("seeds = [0, 1]", 'only = ["reds"]', "only names reds"),
        ("seeds = [0, 1]", 'extends = "absent.toml"', "absent.toml cannot be read"),
    ],
)
def test_what_is_wrong_is_said(run: Run, grid: Path, *, old: str, new: str, message: str) -> None:
    assert old in GRID
    grid.write_text(GRID.replace(old, new, 1))
    told = run()
    assert isinstance(told.exception, UnusableInputError)
    assert message in str(told.exception)


def test_a_scale_replaces_what_the_file_and_those_below_it_say(run: Run, grid: Path) -> None:
    grid.with_name("below.toml").write_text(GRID + "[scale.small]\nseeds = [2]\nat = [0]\n[scale.full]\n")
    grid.write_text(
        'extends = "below.toml"\nat = [1]\nfinetunes = [{ kind = "frozen", head = "ridge" }]\n'
        "[scale.small.pretraining]\nsteps = 1\n"
    )
    told = run("--scale", "small")
    assert told.exit_code == 0, told.output
    out = grid.with_suffix("") / "small"
    (result,) = (ResultFile.load(file) for file in out.glob("*-VUP-*.json"))
    assert [run.seed for run in result.runs] == [2]
    assert result.experiment.head == "ridge"
    assert result.experiment.pretraining is not None
    assert result.experiment.pretraining.steps == 1
    assert result.experiment.pretraining.config.image_size == 16
    assert "| 1+1 |" in told.stdout
    assert "choose --scale small or full" in str(run().exception)
    assert "has no scale tiny; there are: small, full" in str(run("--scale", "tiny").exception)
