"""A small collection on disk, and results made by hand."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.config import BundledEncoder, RoundConfig
from ml.lab.experiment import Experiment, Point, ResultFile, Run
from ml.messages import ImageFile

Make = Callable[..., ResultFile]


@pytest.fixture(scope="session")
def folders(
    colour_images: Callable[[str, int], list[ImageFile]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder with a pool of 36 and a test set of 12 images in three classes."""
    directory = tmp_path_factory.mktemp("lab")
    for split, count in (("pool", 36), ("test", 12)):
        for row, image in enumerate(colour_images(f"lab{split}", count)):
            folder = directory / split / "rgb"[row % 3]
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(image.path, folder)
    return directory


@pytest.fixture
def make_result() -> Make:
    """Return a function that makes a result from one list of top-1 accuracies a seed; each step asks 1."""

    def make(
        strategy: str,
        curves: list[list[float]],
        *,
        name: str = "set",
        head: str = "logistic",
        seen: int = 2,
        indicators: bool = True,
    ) -> ResultFile:
        config = RoundConfig.model_validate(
            {
                "schedule": [1] * max(1, len(curves[0]) - 1),
                "strategy": {"kind": strategy},
                "finetune": {"kind": "frozen", "head": head},
            }
        )
        experiment = Experiment(
            pool=f"{name}/pool",
            test=f"{name}/test",
            encoder=BundledEncoder(),
            config=config,
            indicators=indicators,
        )
        runs = [
            Run(seed=seed, points=[point(step, value, seen) for step, value in enumerate(curve)], record={})
            for seed, curve in enumerate(curves)
        ]
        return ResultFile(name=name, categories=2, experiment=experiment, runs=runs)

    return make


def point(step: int, top1: float, seen: int) -> Point:
    """Return the point after `step` steps of two categories."""
    return Point(labels=2 + 2 * step, asked=2 * step, seen=seen, top1=top1, mean_class=top1 / 2, seconds={})
