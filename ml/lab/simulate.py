"""A round without people: the truth answers every query."""

import tempfile
from pathlib import Path

import numpy as np

from ml.config import RoundConfig
from ml.lab.collections import Collection
from ml.lab.experiment import Experiment, Point, Run
from ml.messages import EncoderFile, StepRequest, StepResult
from ml.pipeline import run_step
from ml.progress import Progress, within
from ml.selection.oracle import OracleSelector


def indicators(truth: list[int], seed: int) -> list[int]:
    """Return one random row of each category: the "1" of "1 + eps", the same for every strategy."""
    generator = np.random.default_rng([seed, 1])
    values = np.array(truth)
    return [int(generator.choice(np.flatnonzero(values == category))) for category in np.unique(values)]


def simulate(
    experiment: Experiment,
    seed: int,
    pool: Collection,
    test: Collection,
    *,
    cache: Path,
    progress: Progress,
) -> Run:
    """Return the curve of one round: the point 1+0, then one point after each evolution step."""
    config = experiment.config.model_copy(update={"seed": seed})
    truth = pool.truth(pool.categories)
    of_id = {image.id: category for image, category in zip(pool.images, truth, strict=True)}
    encoder = EncoderFile(
        spec=experiment.encoder, weights=experiment.weights, sha256=experiment.weights_sha256
    )
    selector = OracleSelector(np.array(truth)) if experiment.oracle else None
    labels = {pool.images[row].id: truth[row] for row in indicators(truth, seed)}
    given = len(labels)
    points: list[Point] = []
    record: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as directory:
        for step in range(1, config.steps + 2):
            request = StepRequest(
                config=config,
                encoder=encoder,
                pool=pool.images,
                test=test.images,
                test_truth=test.truth(pool.categories),
                categories=pool.categories,
                labels=labels,
                ask=asked_at(config, step, len(pool.categories)),
                step=step,
                cache_directory=cache,
                output_directory=Path(directory),
            )
            part = within(progress, (step - 1) / (config.steps + 1), step / (config.steps + 1))
            result = run_step(request, part, selector)
            points.append(point(result, labels, given))
            record = record or result.record
            labels = labels | {proposal.image_id: of_id[proposal.image_id] for proposal in result.proposals}
    return Run(seed=seed, points=points, record=record)


def asked_at(config: RoundConfig, step: int, categories: int) -> int:
    """Return the labels asked for at `step`, 0 after the last."""
    return config.labels_at(step, categories) if step <= config.steps else 0


def point(result: StepResult, labels: dict[str, int], given: int) -> Point:
    """Return the point of the curve that `result` is."""
    assert result.accuracy is not None, "a simulation has two categories and known truth"
    return Point(
        labels=len(labels),
        asked=len(labels) - given,
        seen=len(set(labels.values())),
        top1=result.accuracy.top1,
        mean_class=result.accuracy.mean_class,
        seconds={phase: round(seconds, 4) for phase, seconds in result.seconds.items()},
    )
