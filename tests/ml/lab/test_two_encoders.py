"""`eigenlab run` and `eigenlab simulate` with two encoders, whose beliefs are averaged."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.lab import cli, run_grid
from ml.lab.experiment import ResultFile
from ml.lab.material import Material
from ml.lab.simulate import simulate
from ml.step.evolution import Evolution

GRID = """
seeds = [0]
pool_share = 0.5
schedules = [[2]]
at = [0, 2]
against = "small"
strategies = [{ kind = "random" }]
finetunes = [{ kind = "frozen", head = "logistic" }]
encoders = [{ name = "small", image_size = 32 }, { name = "large", image_size = 64 }]
averages = [
    { name = "both", encoders = ["small", "large"] },
    { name = "with own", encoders = ["small", "TUP"] },
]
pretrainings = [{ name = "TUP", mode = "tup" }]
[pretraining]
source = "data:test"
backbone = "resnet_small"
image_size = 16
batch_size = 8
steps = 1
[[collections]]
name = "colours"
pool = "data:pool"
test = "data:test"
"""


def eigenlab(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Return the exit code of `eigenlab` run with `arguments` as a process would."""
    monkeypatch.setattr(sys, "argv", ["eigenlab", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def result(folder: Path, encoder: str) -> ResultFile:
    return ResultFile.load(folder / f"colours-{encoder}-random-logistic-2.json")


def asked(found: ResultFile) -> list[tuple[str, ...]]:
    return [point.images for run in found.runs for point in run.points]


def test_a_grid_averages_encoders_of_its_axis(
    tmp_path: Path, folders: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    steps: dict[str | None, list[tuple[Evolution, int]]] = {}

    def watched(experiment: Any, seed: int, material: Material, progress: Any) -> Any:
        def watch(step: Evolution, own: Material, _: int) -> None:
            steps.setdefault(experiment.encoder_name, []).append((step, len(own.pool.images)))

        return simulate(experiment, seed, material, progress, watch)

    monkeypatch.setattr(run_grid, "simulate", watched)
    path, out = tmp_path / "grid.toml", tmp_path / "grid"
    path.write_text(GRID)
    command = ("run", path, "--data", folders, "--cache", folders / "cache")
    assert eigenlab(monkeypatch, *command) == 0
    for name, other in (("both", "large"), ("with-own", "TUP")):
        assert asked(result(out, name)) == asked(result(out, "small")), "the first chooses"
        second = result(out, name).runs[0].record["second"]
        assert isinstance(second, dict)
        assert second["encoder_sha256"] == result(out, other).runs[0].record["encoder_sha256"]
    for (step, images), (alone, of_pool), (other_step, _) in zip(
        steps["both"], steps["small"], steps["large"], strict=True
    ):
        assert images == of_pool == 18
        assert step.second is not None
        assert step.second.model is not None
        assert step.confidences is not None
        assert alone.confidences is not None
        second_alone = step.second.model.confidences
        np.testing.assert_allclose(step.confidences, (alone.confidences + second_alone) / 2, atol=1e-6)
        assert np.array_equal(other_step.embedded.embedding.features, step.second.embedded.embedding.features)
    assert "difference to small" in capfd.readouterr().out
    # Nothing is missing: nothing is read, so the data may be gone.
    assert eigenlab(monkeypatch, "run", path, "--data", "absent", "--cache", tmp_path / "none") == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["small", "large"]', '["small", "huge"]', "both averages huge, which is not among the encoders"),
        ('["small", "large"]', '["small", "small"]', "both averages small with itself"),
        ('["small", "large"]', '["small"]', "averages.0.encoders"),
        ('name = "both"', 'name = "large"', "two encoders are called large"),
        ('kind = "frozen", head = "logistic"', 'kind = "full"', "finetune.kind has to be frozen"),
    ],
)
def test_what_cannot_be_averaged_is_said_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *,
    old: str,
    new: str,
    message: str,
) -> None:
    path = tmp_path / "grid.toml"
    path.write_text(GRID.replace(old, new))
    assert eigenlab(monkeypatch, "run", path, "--data", tmp_path, "--cache", tmp_path) == 2
    written = capfd.readouterr().err
    assert message in " ".join(written.split())
    assert "Traceback" not in written


def test_simulate_averages_a_second_encoder(
    tmp_path: Path, folders: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    places = ("--pool", folders / "pool", "--test", folders / "test", "--cache", folders / "cache")
    command = ("simulate", *places, "--schedule", "1", "--seeds", "0", "--image-size", "32")
    second = ("--second-encoder", "efficientnet_lite0", "--second-image-size", "64")
    out = tmp_path / "out.json"
    assert eigenlab(monkeypatch, *command, *second, "--out", out) == 0
    document = json.loads(out.read_text())
    assert document["experiment"]["second"]["encoder"]["image_size"] == 64
    assert document["runs"][0]["record"]["second"]["image_size"] == 64
    assert ResultFile.load(out).experiment.encoder_label == "efficientnet_lite0 + efficientnet_lite0"
    assert eigenlab(monkeypatch, *command, "--out", out) == 2
    assert "another experiment" in capfd.readouterr().err
    full = ("--finetune", "full", "--out", tmp_path / "full.json")
    assert eigenlab(monkeypatch, *command, *second, *full) == 2
    assert "finetune.kind has to be frozen" in " ".join(capfd.readouterr().err.split())
