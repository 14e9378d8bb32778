"""`eigenlab` from the command line."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ml.lab import cli

Invoke = Callable[..., str]


@pytest.fixture
def invoke(folders: Path, tmp_path: Path) -> Invoke:
    """Return a function that runs `eigenlab simulate` on the folders and returns what it printed."""

    def run(out: str, *arguments: str) -> str:
        command = ["simulate", "--pool", str(folders / "pool"), "--test", str(folders / "test")]
        command += ["--out", str(tmp_path / out), "--cache", str(folders / "cache"), "--image-size", "64"]
        result = CliRunner().invoke(cli.app, [*command, *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


@pytest.mark.parametrize(
    "arguments", [("--strategy", "random"), ("--strategy", "oracle"), ("--eigen-rule", "nearest")]
)
def test_simulates_a_round(invoke: Invoke, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    invoke("out.json", "--schedule", "1,2", "--seeds", "3,4", *arguments)
    document = json.loads((tmp_path / "out.json").read_text())
    assert [run["seed"] for run in document["runs"]] == [3, 4]
    for run in document["runs"]:
        assert [point["asked"] for point in run["points"]] == [0, 3, 9]
        assert [point["labels"] for point in run["points"]] == [3, 6, 12]
        assert run["points"][0]["seen"] == 3


def test_a_finished_seed_is_not_run_again(invoke: Invoke, tmp_path: Path) -> None:
    invoke("out.json", "--schedule", "1", "--seeds", "0,1")
    document = json.loads((tmp_path / "out.json").read_text())
    document["runs"][0]["points"][0]["top1"] = 0.123
    (tmp_path / "out.json").write_text(json.dumps(document))
    invoke("out.json", "--schedule", "1", "--seeds", "0,1,2")
    runs = json.loads((tmp_path / "out.json").read_text())["runs"]
    assert [run["seed"] for run in runs] == [0, 1, 2]
    assert runs[0]["points"][0]["top1"] == 0.123


def test_strategies_start_from_the_same_indicators(invoke: Invoke, tmp_path: Path) -> None:
    invoke("a.json", "--schedule", "1", "--seeds", "0", "--strategy", "random")
    invoke("b.json", "--schedule", "1", "--seeds", "0")
    first, second = (json.loads((tmp_path / name).read_text())["runs"][0] for name in ("a.json", "b.json"))
    assert first["points"][0]["top1"] == second["points"][0]["top1"]


def test_full_finetuning_is_an_option(invoke: Invoke, tmp_path: Path) -> None:
    invoke("out.json", "--schedule", "1", "--seeds", "0", "--finetune", "full", "--epochs", "2")
    config = json.loads((tmp_path / "out.json").read_text())["experiment"]["config"]
    assert (config["finetune"]["kind"], config["finetune"]["epochs"]) == ("full", 2)


def test_heads_and_settings_reach_the_configuration(invoke: Invoke, tmp_path: Path) -> None:
    settings = ("--head", "logistic", "--set", "strategy.max_iter=3", "--set", "finetune.regularisation=2")
    printed = invoke("out.json", "--schedule", "1", "--seeds", "0", "--strategy", "ackmeans", *settings)
    config = json.loads((tmp_path / "out.json").read_text())["experiment"]["config"]
    assert config["strategy"]["max_iter"] == 3
    assert (config["finetune"]["head"], config["finetune"]["regularisation"]) == ("logistic", 2)
    assert "ackmeans, densest, max_iter 3" in printed


def test_a_round_can_start_without_indicators(invoke: Invoke, tmp_path: Path) -> None:
    printed = invoke("out.json", "--schedule", "1,1", "--seeds", "0", "--no-indicators")
    points = json.loads((tmp_path / "out.json").read_text())["runs"][0]["points"]
    assert [(point["labels"], point["asked"]) for point in points] == [(3, 3), (6, 6)]
    assert "| 0+0 | 0+1 |" in printed


def test_table_and_plot(invoke: Invoke, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("random", "ackmeans"):
        invoke(f"{name}.json", "--schedule", "1", "--seeds", "0,1", "--strategy", name)
    files = [str(tmp_path / f"{name}.json") for name in ("random", "ackmeans")]
    table = CliRunner().invoke(cli.app, ["table", *files, "--at", "0,1"]).stdout
    lines = table.strip().splitlines()
    assert lines[2] == "| images | head | strategy | seeds | 1+0 | 1+1 |"
    assert "(+0.0 ± 0.0)" in lines[5]
    against = CliRunner().invoke(cli.app, ["table", *files, "--against", "ackmeans, densest"]).stdout
    assert "(" in against.strip().splitlines()[4]
    assert "(" not in against.strip().splitlines()[5]
    picture = tmp_path / "plot.png"
    assert CliRunner().invoke(cli.app, ["plot", *files, "--out", str(picture)]).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    both = picture.read_bytes()
    only = ["plot", *files, "--out", str(picture), "--strategy", "ackmeans, densest"]
    only += ["--head", "balanced_propagation"]
    assert CliRunner().invoke(cli.app, only).exit_code == 0
    assert picture.read_bytes() != both


def test_embed_says_how_many_it_computed(folders: Path, tmp_path: Path) -> None:
    command = ["embed", "--pool", str(folders / "pool"), "--cache", str(tmp_path), "--image-size", "64"]
    assert "36 images at 64 px, 36 computed" in CliRunner().invoke(cli.app, command).stdout
    assert "36 images at 64 px, 0 computed" in CliRunner().invoke(cli.app, command).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["simulate", "--pool", "absent", "--test", "absent", "--out", "o.json"],
            "absent is not a directory",
        ),
        (["embed", "--pool", "absent.zip::train"], "absent.zip cannot be read as a zip file"),
        (["table", "absent.json"], "absent.json is not a result file"),
        (["simulate", "--pool", "a", "--test", "b", "--out", "o", "--schedule", "0"], "schedule.0"),
        (["simulate", "--pool", "a", "--test", "b", "--out", "o", "--schedule", "one"], "--schedule"),
        (["simulate", "--pool", "a", "--test", "b", "--out", "o", "--seeds", "0,-1"], "--seeds"),
        (["simulate", "--pool", "a", "--test", "b", "--out", "o", "--strategy", "magic"], "'typiclust'"),
        (["simulate", "--pool", "a", "--test", "b", "--out", "o", "--head", "magic"], "'ridge'"),
        (
            ["simulate", "--pool", "a", "--test", "b", "--out", "o", "--set", "strategy.sigma=0"],
            "strategy.balanced_herding.sigma",
        ),
    ],
)
def test_bad_input_ends_in_a_short_message_and_exit_code_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["eigenlab", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert message in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_runs_as_a_module_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ml", "table", str(tmp_path / "absent.json")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "is not a result file" in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
