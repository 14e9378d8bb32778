"""Forecasts replayed on rounds known to their end: do intervals hold, is stopping advised well?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ml.forecast.learning_curve import LearningCurve, Measured
from ml.lab.experiment import ORACLE, ResultFile, Run
from ml.lab.tables import curve

# Points that forecasts are made after, in labels per category asked for.
AFTER = (0, 1, 3, 5)


@dataclass
class Held:
    """Of forecasts: whether the accuracy was in the interval, and half the interval's width, in points."""

    inside: list[bool] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)


def measured(result: ResultFile, run: Run, images: int) -> list[Measured]:
    """Return the points of `run` as the service would have measured them on `images` test images."""
    values = curve(result)[run.seed]
    given = run.points[0].labels - run.points[0].asked
    return [
        Measured(given / result.categories + asked, value / 100, images)
        for asked, value in sorted(values.items())
        if given or asked
    ]


def coverage(results: Sequence[ResultFile], images: Mapping[str, int]) -> dict[tuple[str, str], Held]:
    """Return {(collection, "the next step" or "the end"): what was held}, over every round of `results`.

    `images` counts each collection's test images. Rounds that the truth steered do not count.
    """
    found: dict[tuple[str, str], Held] = {}
    for result, points in rounds_of(results, images):
        for after in AFTER:
            for horizon, at in (("the next step", after + 1), ("the end", len(points) - 1)):
                if at >= len(points) or at <= after or (horizon == "the end" and at == after + 1):
                    continue
                said = LearningCurve(points[: after + 1]).at(points[at].labels)
                held = found.setdefault((result.name, horizon), Held())
                held.inside.append(said.low <= points[at].accuracy <= said.high)
                held.widths.append(50 * (said.high - said.low))
    return found


def regrets(
    results: Sequence[ResultFile], images: Mapping[str, int], worth: float
) -> tuple[float, float, float]:
    """Return mean regrets in points where a label a category is worth `worth` points.

    A round that is stopped at a point has its accuracy less what its labels are worth. The regret is what
    the best point has more than the one where the next step was not advised; than the start; than the end.
    """
    lost: list[tuple[float, float, float]] = []
    for _, points in rounds_of(results, images):
        value = np.array([100 * point.accuracy - worth * point.labels for point in points])
        stop = next((k for k in range(len(points) - 1) if not advised(points, k, worth)), len(points) - 1)
        lost.append((value.max() - value[stop], value.max() - value[0], value.max() - value[-1]))
    by_advice, at_start, at_end = np.mean(lost, axis=0)
    return float(by_advice), float(at_start), float(at_end)


def advised(points: Sequence[Measured], at: int, worth: float) -> bool:
    """Return whether the next step is expected to be worth its labels, by the points up to number `at`."""
    more = points[at + 1].labels - points[at].labels
    return 100 * LearningCurve(points[: at + 1]).gain(more).middle >= worth * more


def rounds_of(
    results: Sequence[ResultFile], images: Mapping[str, int]
) -> Iterator[tuple[ResultFile, list[Measured]]]:
    """Yield each round with two points at least, and its points."""
    for result in results:
        if result.experiment.label == ORACLE:
            continue
        for run in result.runs:
            points = measured(result, run, images[result.name])
            if len(points) > 1:
                yield result, points


def coverage_table(found: Mapping[tuple[str, str], Held]) -> str:
    """Return a markdown table of `coverage`, with a line of all collections for each horizon."""
    lines = [
        "| images | accuracy at | forecasts | in the 90 % interval | ± points |",
        "| --- | --- | --: | --: | --: |",
    ]
    totals: dict[str, Held] = {}
    for (name, horizon), held in found.items():
        lines.append(line(name, horizon, held))
        all_of = totals.setdefault(horizon, Held())
        all_of.inside += held.inside
        all_of.widths += held.widths
    return "\n".join([*lines, *(line("all", horizon, held) for horizon, held in totals.items())])


def line(name: str, horizon: str, held: Held) -> str:
    """Return one line of the table."""
    share, width = np.mean(held.inside), np.mean(held.widths)
    return f"| {name} | {horizon} | {len(held.inside):,} | {share:.1%} | {width:.1f} |"
