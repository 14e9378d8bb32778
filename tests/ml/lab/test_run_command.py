"""`eigenlab run`: what a file may say, and that a run goes on where it was stopped."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ml.config import BundledEncoder
from ml.errors import UnusableInputError
from ml.lab import cli, run_grid
from ml.lab.axis import GridEncoder
from ml.lab.grid import cells_of, located, read_grid
from ml.lab.simulate import simulate
from ml.messages import EncoderFile

ENCODERS = [GridEncoder(None, EncoderFile(spec=BundledEncoder()))]
OWN = sorted((Path(__file__).parents[3] / "experiments").glob("*.toml"))
OF_SELECTION = [path for path in OWN if path.stem not in {"digits_finetune", "two_encoders"}]
GRID = """
seeds = [0, 1]
schedules = [[1]]
image_size = 64
strategies = [{ kind = "random" }, { kind = "oracle" }, { kind = "ackmeans", eigen_rule = "nearest" }]
[[collections]]
name = "colours"
pool = "data:pool"
test = "data:test"
metric = "mean_class"
"""
FILES = [f"colours-{name}-balanced_propagation-1.json" for name in ("ackmeans-nearest", "oracle", "random")]


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    """Return a file with three cells of two seeds."""
    path = tmp_path / "grid.toml"
    path.write_text(GRID)
    return path


def eigenlab(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Return the exit code of `eigenlab` run with `arguments` as a process would."""
    monkeypatch.setattr(sys, "argv", ["eigenlab", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def seeds_in(directory: Path) -> dict[str, list[int]]:
    """Return the seeds that each result file in `directory` holds."""
    documents = {path.name: json.loads(path.read_text()) for path in sorted(directory.glob("*.json"))}
    return {name: [run["seed"] for run in document["runs"]] for name, document in documents.items()}


def test_a_run_goes_on_where_it_was_stopped(
    grid: Path, folders: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran: list[tuple[str, int]] = []

    def counted(experiment: Any, seed: int, *arguments: Any) -> Any:
        if len(ran) == 3:
            raise KeyboardInterrupt
        ran.append((experiment.label, seed))
        return simulate(experiment, seed, *arguments)

    monkeypatch.setattr(run_grid, "simulate", counted)
    command = ("run", grid, "--data", folders, "--cache", folders / "cache")
    assert eigenlab(monkeypatch, *command) != 0
    out = grid.with_suffix("")
    assert seeds_in(out) == {FILES[1]: [0], FILES[2]: [0, 1]}
    monkeypatch.setattr(run_grid, "simulate", simulate)
    before = (out / FILES[2]).read_text()
    assert eigenlab(monkeypatch, *command) == 0
    assert seeds_in(out) == {name: [0, 1] for name in FILES}
    assert (out / FILES[2]).read_text() == before
    document = json.loads(before)
    assert (document["name"], document["metric"]) == ("colours", "mean_class")
    assert (document["experiment"]["pool"], document["categories"]) == ("data:pool", 3)
    printed = capfd.readouterr().out
    assert "mean class accuracy" in printed
    assert printed.strip() == (out / "table.md").read_text().strip()
    assert [path.name for path in out.glob("*.png")] == ["plot-balanced_propagation.png"]
    # Nothing is missing: nothing is read, so the data may be gone.
    monkeypatch.setenv("EIGENLABEL_DATASETS", "absent")
    assert eigenlab(monkeypatch, "run", grid) == 0


def test_a_cold_start_tells_the_classes_found(
    tmp_path: Path, folders: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cold.toml"
    path.write_text("indicators = false\nat = [1]\n" + GRID.replace('{ kind = "oracle" }, ', ""))
    command = ("run", path, "--data", folders, "--cache", folders / "cache", "--out", tmp_path / "cold")
    assert eigenlab(monkeypatch, *command) == 0
    printed = capfd.readouterr().out
    assert printed.count("| 0+1 |") == 2
    assert "classes that have a label" in printed


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seeds = [0, 1]", "seeds = [0", "is not TOML"),
        ("seeds = [0, 1]", "seed = 0", "seed: Extra inputs"),
        ("seeds = [0, 1]", "seeds = [-1]", "seeds.0"),
        ("schedules = [[1]]", "schedules = [[0]]", "schedules.0.0"),
        ('"oracle"', '"magic"', "strategies.1.strategy"),
        ('"oracle"', '"margin", sigma = 1', "strategies.1.strategy.margin.sigma"),
        ('eigen_rule = "nearest"', 'eigen_rule = "far"', "strategies.2.eigen_rule"),
        ('name = "colours"', 'name = "a/b"', "collections.0.name"),
        (
            '{ kind = "oracle" }',
            '{ kind = "random" }',
            "two cells of the grid are colours-random-",
        ),
        ("image_size = 64", 'encoder = "absent.safetensors"', "absent.safetensors is not an encoder"),
        ('pool = "data:pool"', 'pool = "absent"', "absent is not a directory"),
        ('pool = "data:pool"', 'pool = "data:absent"', "absent is not a directory"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    grid: Path,
    folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *,
    old: str,
    new: str,
    message: str,
) -> None:
    assert old in GRID
    grid.write_text(GRID.replace(old, new))
    command = ("run", grid, "--data", folders, "--cache", folders / "cache")
    assert eigenlab(monkeypatch, *command) == 2
    written = capfd.readouterr().err
    assert message in written
    assert "Traceback" not in written


def test_locations_are_relative_to_the_file_or_the_data(tmp_path: Path) -> None:
    toml = tmp_path / "a" / "grid.toml"
    assert located("data:x/x.zip::train", toml, Path("/d")) == "/d/x/x.zip::train"
    assert located("../x.zip::train", toml, None) == str(tmp_path / "a" / "../x.zip::train")
    assert located("/x", toml, Path("/d")) == "/x"
    assert located("mnist-5000", toml, None) == "mnist-5000"
    with pytest.raises(UnusableInputError, match="needs --data"):
        located("data:x", toml, None)


def test_the_experiment_on_finetuning_digits_is_whole() -> None:
    grid = read_grid(OWN[0].with_name("digits_finetune.toml"))
    finetunes = [cell.experiment.config.finetune for cell in cells_of(grid, ENCODERS)]
    assert [finetune.kind for finetune in finetunes] == ["frozen", "frozen", "full", "full"]
    assert [finetune.flip for finetune in finetunes if finetune.kind == "full"] == [False, True]


def test_the_experiment_of_two_encoders_has_each_alone_and_both_ways_round() -> None:
    grid = read_grid(OWN[0].with_name("two_encoders.toml"))
    single = {each.name for each in (*grid.encoders, *grid.pretrainings)}
    pairs = {average.encoders for average in grid.averages}
    assert {name for pair in pairs for name in pair} == single
    assert {("lite0", "TUP"), ("TUP", "lite0")} <= pairs


@pytest.mark.parametrize("path", OF_SELECTION, ids=lambda path: path.stem)
def test_the_experiments_of_selection_are_whole(path: Path) -> None:
    grid = read_grid(path)
    cells = cells_of(grid, ENCODERS)
    assert {collection.name for collection in grid.collections} == {
        "cifar10",
        "eurosat",
        "pets37",
        "trashnet",
    }
    assert len(grid.seeds) >= 5
    settings = [cell.experiment.setting() for cell in cells]
    controls = [c.experiment.setting() for c in cells if c.experiment.label == "random"]
    assert path.stem == "rolling" or all(setting in controls for setting in settings)
    budgets = {sum(cell.experiment.config.schedule) for cell in cells if cell.collection.name == "pets37"}
    assert budgets == {3} or path.stem == "rolling"
