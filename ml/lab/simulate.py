"""A round without people: the truth answers every query."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.clustering.anchor_memory import AnchorMemory
from ml.config import RoundConfig
from ml.lab.experiment import Experiment, Point, Run
from ml.lab.material import Material
from ml.lab.weak_answers import WeakAnswers
from ml.messages import Accuracy, StepRequest
from ml.metrics.accuracy import accuracy
from ml.progress import Progress, within
from ml.runtime import PhaseTimer
from ml.selection.oracle import OracleSelector
from ml.step.evolution import Evolution, evolve, score
from ml.step.pipeline import record_of
from ml.step.proposals import asking_order

NOWHERE = Path("/nonexistent")


def indicators(truth: NDArray[np.int64], seed: int) -> list[int]:
    """Return one random row of each category: the "1" of "1 + eps", the same for every strategy."""
    generator = np.random.default_rng([seed, 1])
    return [int(generator.choice(np.flatnonzero(truth == category))) for category in np.unique(truth)]


Watch = Callable[[Evolution, Material, int], None]


def simulate(
    experiment: Experiment, seed: int, material: Material, progress: Progress, watch: Watch | None = None
) -> Run:
    """Return the curve of one round: a point before the first evolution step, then one after each.

    A round without indicators has no model before its first labels, and so no point there. With a lag each
    step is proposed from what was known so many answers earlier; those that are out are anchors. `watch` is
    told of every evolution, the material of the round, and how many labels beyond the indicators it had.
    """
    config = experiment.config.model_copy(update={"seed": seed})
    material = material.drawn(experiment.pool_share, seed, experiment.imbalance)
    truth, images = material.truth, material.pool.images
    selector = OracleSelector(truth) if experiment.oracle else None
    start = indicators(truth, seed) if experiment.indicators else []
    labels = {images[row].id: int(truth[row]) for row in start}
    fresh = list(labels)
    points: list[Point] = []
    record: dict[str, object] = {}
    shares = np.bincount(truth, minlength=len(material.categories)) / len(truth)
    memory = AnchorMemory()
    steps, lag = len(config.schedule), experiment.lag
    weak = WeakAnswers(experiment.clusters, truth)
    rows = {image.id: row for row, image in enumerate(images)}
    for number in range(1, steps + 2):
        out = list(labels)[len(start) :][-lag:] if lag else []
        labelled = {rows[image] for image in labels}
        settled = weak.counting(labelled)
        request = request_of(config, material, labels, number).model_copy(
            update={
                "weak": {images[row].id: target for row, target in settled.items()},
                "preferred": [images[row].id for row in weak.dropped],
            }
        )
        part = within(progress, (number - 1) / (steps + 1), number / (steps + 1))
        timer = PhaseTimer()
        whole = request.model_copy(update={"ask": 0}) if out else request
        step = evolve(whole, part, timer, selector=selector, embedded=material.by_each, memory=memory)
        if watch is not None:
            watch(step, material, len(labels) - len(start))
        found = score(request, step.confidences, shares) or accuracy_of_one(request, shares)
        if found is not None:
            right = sum(int(truth[row]) == target for row, target in settled.items())
            settling = {"weak": len(settled), "weak_right": right}
            made = point(found, labels, fresh, len(start), timer)
            points.append(made.model_copy(update=settling))
            fresh = []
        record = record or record_of(request, step)
        if out:
            earlier = request.model_copy(update={"labels": without(labels, out), "pending": out})
            step = evolve(earlier, part, PhaseTimer(), selector=selector, embedded=material.by_each)
        asked = {images[row].id: int(truth[row]) for row in rows_asked(step)}
        weak.answer(step, labelled)
        labels, fresh = labels | asked, [*fresh, *asked]
        part(1.0, f"step {number}", "")
    return Run(seed=seed, points=points, record=record)


def without(labels: dict[str, int], out: list[str]) -> dict[str, int]:
    """Return `labels` before the images `out` were answered."""
    return {image: label for image, label in labels.items() if image not in set(out)}


def rows_asked(step: Evolution) -> list[int]:
    """Return the rows of the pool images that the step asks about, in the order in which people see them."""
    if step.selection is None:
        return []
    rows: list[int] = step.selection.eigen[asking_order(step.given, step.selection)].tolist()
    return rows


def request_of(config: RoundConfig, material: Material, labels: dict[str, int], step: int) -> StepRequest:
    """Return the request for `step`, as the service would make it; nothing is asked for after the last."""
    asked = config.labels_at(step, len(material.categories)) if step <= len(config.schedule) else 0
    return StepRequest(
        config=config,
        encoder=material.encoder,
        second_encoder=material.second.encoder if material.second is not None else None,
        pool=material.pool.images,
        test=material.test.images,
        test_truth=material.test_truth,
        categories=material.categories,
        labels=labels,
        ask=asked,
        step=step,
        cache_directory=material.cache,
        output_directory=NOWHERE,
    )


def accuracy_of_one(request: StepRequest, shares: NDArray[np.float64]) -> Accuracy | None:
    """Return the accuracy of always naming the only category that has labels.

    None when none has, or there are no test images.
    """
    if not request.labels or not request.test_truth:
        return None
    truth = np.array(request.test_truth, dtype=np.int64)
    return accuracy(np.full_like(truth, next(iter(request.labels.values()))), truth, shares)


def point(found: Accuracy, labels: dict[str, int], fresh: list[str], given: int, timer: PhaseTimer) -> Point:
    """Return the point of the curve at which `labels`, `given` of them indicators, gave the accuracy."""
    return Point(
        labels=len(labels),
        asked=len(labels) - given,
        seen=len(set(labels.values())),
        top1=found.top1,
        mean_class=found.mean_class,
        weighted=found.weighted,
        seconds={phase: round(seconds, 4) for phase, seconds in timer.seconds.items()},
        images=tuple("/".join(image.split("/")[-2:]) for image in fresh),
    )
