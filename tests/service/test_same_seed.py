"""One seed, one round: in the service twice, and in `eigenlab` (M5)."""

import subprocess
import sys
from pathlib import Path

import pytest

from ml.lab.experiment import ResultFile
from tests.service.oracle import Oracle

SCHEDULE, SEED = [1, 2], 7
Round = tuple[list[list[str]], list[tuple[float, float]]]


def simulated(digits: Path, folder: Path) -> Round:
    """Return (images by step, accuracies) of `eigenlab simulate`; the first step is the indicators."""
    words = [
        "simulate",
        "--pool",
        digits / "pool",
        "--test",
        digits / "test",
        "--out",
        folder / "result.json",
    ]
    words += ["--schedule", ",".join(map(str, SCHEDULE)), "--seeds", SEED, "--cache", folder / "cache"]
    command = [sys.executable, "-m", "ml", *map(str, words)]
    subprocess.run(command, check=True, capture_output=True)
    (run,) = ResultFile.load(folder / "result.json").runs
    images = [[Path(name).name for name in point.images] for point in run.points]
    return images, [(point.top1, point.mean_class) for point in run.points]


def played(oracle: Oracle, digits: Path, indicators: list[str]) -> Round:
    """Return the same of a round in a project of its own that starts from the same indicators."""
    oracle.new_collection(digits)
    oracle.give_indicators(indicators)
    started = oracle.start_round(oracle.bundled_encoder(image_size=None), SCHEDULE, seed=SEED)
    oracle.play(started["id"])
    steps = oracle.call("GET", f"/rounds/{started['id']}/steps")
    accuracies = [(step["accuracy"]["top1"], step["accuracy"]["mean_class"]) for step in steps]
    return [indicators, *oracle.asked(started["id"])], accuracies


@pytest.mark.slow
def test_one_seed_asks_for_the_same_images_and_scores_the_same_in_service_and_lab(
    administrator: Oracle, digits: Path, tmp_path: Path
) -> None:
    expected = simulated(digits, tmp_path)
    assert [len(images) for images in expected[0]] == [10, 10, 20]
    for _ in range(2):
        assert played(Oracle(administrator.api), digits, expected[0][0]) == expected
