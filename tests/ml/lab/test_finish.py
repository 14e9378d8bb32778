"""`eigenlab finish`: everything is seen, or the goal is certified, the truth answering."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from ml.certificate.audit import wrong_allowed
from ml.certificate.bounds import anytime_bound
from ml.config import BundledEncoder, RoundConfig
from ml.errors import UnusableInputError
from ml.lab import cli
from ml.lab.experiment import Experiment
from ml.lab.finish import People
from ml.lab.finish import finish as finish_collection
from ml.lab.finish_file import Finishing
from ml.lab.material import read_pool
from ml.messages import EncoderFile
from ml.progress import no_progress
from ml.review.belief import Belief
from ml.review.session import Paging, Review

Finish = Callable[..., dict[str, Any]]
SPEC = BundledEncoder(image_size=32)


@pytest.fixture
def finish(folders: Path, tmp_path: Path) -> Finish:
    """Return a function that runs `eigenlab finish` on the pool and returns what it wrote."""

    def run(*arguments: str, pool: Path = folders / "pool") -> dict[str, Any]:
        command = ["finish", "--pool", str(pool), "--schedule", "1", "--out", str(tmp_path / "out.json")]
        command += ["--cache", str(folders / "cache"), "--image-size", "32", "--head", "ridge"]
        result = CliRunner().invoke(cli.app, [*command, *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        document: dict[str, Any] = json.loads((tmp_path / "out.json").read_text())
        return document

    return run


def test_everything_is_seen_and_counted(
    finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = ("--page", "5", "--refit-every", "2")
    document = finish("--seeds", "3", *settings)
    (run,) = document["runs"]
    assert (run["seed"], run["images"], run["seen"], run["wrong"], run["labels"]) == (3, 36, 36, 0, 6)
    assert run["pages"] >= 6
    assert run["labels"] + run["pages"] <= run["gestures"]
    assert run["two_a_correction"] == run["labels"] + run["pages"] + 2 * run["corrections"]
    on_pages = (run["gestures"] - run["labels"]) * 0.8
    assert run["seconds"] == pytest.approx(6 * 2.0 + 30 * 0.15 + on_pages, abs=0.06)
    certificate = run["certificate"]
    assert (certificate["seen"], certificate["audited"], certificate["wrong_at_most"]) == (36, 0, 0)
    # A finished seed is not run again, and the file belongs to one experiment.
    run["gestures"] = 999
    (tmp_path / "out.json").write_text(json.dumps(document))
    again = finish("--seeds", "3,4", *settings)["runs"]
    assert [(run["seed"], run["gestures"] == 999) for run in again] == [(3, True), (4, False)]
    pool = document["experiment"]["start"]["pool"]
    cache = str(Path(pool).parent / "cache")
    arguments = ["--pool", pool, "--out", str(tmp_path / "out.json"), "--cache", cache, "--page", "6"]
    assert ended(monkeypatch, arguments) == 2
    assert "another experiment" in capfd.readouterr().err


def test_costs_and_settings_are_kept_with_the_result(finish: Finish) -> None:
    document = finish("--seeds", "0", "--cost", "label=3", "--goal", "0.001", "--pool-share", "0.5")
    assert document["experiment"]["costs"]["label"] == 3
    assert document["experiment"]["mode"] == "least_sure"
    assert document["runs"][0]["images"] == 18
    assert document["runs"][0]["gestures"] >= 18


def test_images_that_cannot_be_read_are_left_out(finish: Finish, folders: Path, tmp_path: Path) -> None:
    for folder in ("r", "b"):
        (tmp_path / "pool" / folder).mkdir(parents=True)
        for image in sorted((folders / "pool" / folder).iterdir())[:4]:
            (tmp_path / "pool" / folder / image.name).write_bytes(image.read_bytes())
    (tmp_path / "pool" / "r" / "zzz.png").write_bytes(b"no picture")
    run = finish("--seeds", "0", pool=tmp_path / "pool")["runs"][0]
    assert (run["images"], run["seen"]) == (8, 8)


def people(goal: float, error: float, seed: int) -> People:
    """Return people before a pool of 4,000 images, of which the model calls a share `error` wrongly."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 2, 4000)
    called = np.where(generator.random(4000) < error, 1 - truth, truth)
    probabilities = np.full((4000, 2), 0.01, dtype=np.float32)
    probabilities[np.arange(4000), called] = 0.99
    labels = np.full(4000, -1, dtype=np.int64)
    labels[:10] = truth[:10]
    features = np.ones((4000, 1), dtype=np.float32)
    belief = Belief(features, probabilities, labels)
    nothing = np.zeros(4000, dtype=np.bool_)
    review = Review(belief, lambda _: probabilities, Paging(), nothing)
    start = {"pool": "a", "test": "b", "encoder": {"kind": "bundled"}, "config": {}}
    return People(Finishing.model_validate({"start": start, "goal": goal}), seed, truth, review)


@pytest.mark.parametrize("error", [0.004, 0.03])
def test_a_goal_is_certified_before_everything_is_seen(error: float) -> None:
    """As long as the model is good enough: else people look until what is left may be wrong altogether."""
    wrong, seen = [], []
    for seed in range(8):
        run = people(0.02, error, seed).finish(no_progress)
        said = run.certificate
        assert (said.seen, said.images, said.goal) == (run.seen, 4000, 0.02)
        assert said.wrong_at_most <= wrong_allowed(4000, 0.02)
        if error < 0.02:
            assert run.audited > 0
            before = run.seen - said.audited
            left = (
                anytime_bound(4000 - before, said.audited, said.found_wrong, 0.05 * 0.75) - said.found_wrong
            )
            assert said.attempt > 1 or said.wrong_at_most == left
        seen.append(run.seen)
        wrong.append(run.wrong > said.wrong_at_most)
    assert sum(wrong) <= 3
    assert error > 0.02 or np.mean(seen) < 3000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--goal", "2"], "goal"),
        (["--page", "0"], "page"),
        (["--cost", "image=-1"], "costs.image"),
        (["--seeds", "-1"], "--seeds"),
        (["--pool", "absent"], "absent is not a directory"),
    ],
)
def test_bad_input_ends_in_one_line_and_exit_code_2(
    folders: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *,
    arguments: list[str],
    message: str,
) -> None:
    pool = [] if "--pool" in arguments else ["--pool", str(folders / "pool")]
    assert ended(monkeypatch, [*pool, "--out", str(tmp_path / "o.json"), *arguments]) == 2
    assert message in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_single_class_is_refused(folders: Path) -> None:
    material = read_pool(str(folders / "pool"), EncoderFile(spec=SPEC), folders / "cache", no_progress)
    rows = np.flatnonzero(material.truth == 0)
    single = replace(material, pool=material.pool.part(rows))
    start = Experiment(pool="a", test="none", encoder=SPEC, config=RoundConfig())
    with pytest.raises(UnusableInputError, match="one class only"):
        finish_collection(Finishing(start=start), 0, single, no_progress)


def ended(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> object:
    """Return the exit code of `eigenlab finish` with `arguments`, as a process would end."""
    monkeypatch.setattr(sys, "argv", ["eigenlab", "finish", *arguments])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    return exit_.value.code
