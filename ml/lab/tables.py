"""Results as a markdown table: mean and standard deviation over seeds, and the paired gain over a control."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.lab.experiment import MetricName, ResultFile
from ml.lab.published import Published

CONTROL = "random"
SYNCHRONOUS = "synchronous"
"""What a round that proposes ahead is compared with: the same one, whose steps wait for all answers."""
# Columns that are left out where all results have the same.
TOLD_APART = ("encoder", "schedule")
WORDS: dict[MetricName, str] = {
    "top1": "top-1 accuracy, %",
    "mean_class": "mean class accuracy, %",
    "weighted": "accuracy weighted to the pool, %",
    "seen": "classes that have a label",
}


def curve(result: ResultFile, metric: MetricName | None = None) -> dict[int, dict[float, float]]:
    """Return {seed: {labels per category beyond the indicator: value}}; accuracy is in per cent.

    Without `metric` it is the one that the result is reported by.
    """
    name = metric or result.metric
    scale = 1 if name == "seen" else 100
    return {
        run.seed: {
            round(p.asked / result.categories, 2): scale * getattr(p, name)
            for p in run.points
            if getattr(p, name) is not None
        }
        for run in result.runs
    }


def control_of(result: ResultFile, results: Sequence[ResultFile], against: str) -> ResultFile | None:
    """Return the one among `results` that differs from `result` only in having the strategy `against`.

    Where no strategy is called so, `against` is an encoder, and the result differs in the encoder only; or it
    is "synchronous", and the result proposed its steps ahead.
    """
    if against == SYNCHRONOUS:
        waited = result.experiment.model_copy(update={"lag": 0})
        pairs = (other for other in results if other is not result and other.name == result.name)
        return next((other for other in pairs if other.experiment.same_as(waited)), None)
    others, own = [other for other in results if other is not result], result.experiment
    for other in others:
        if other.experiment.label == against and other.experiment.setting() == own.setting():
            return other
    for other in others:
        named = other.experiment.encoder_label == against
        if named and other.experiment.apart_from_encoder() == own.apart_from_encoder():
            return other
    return None


def cell(values: dict[int, float], control: dict[int, float]) -> str:
    """Return "mean ± std" of {seed: value}, and mean ± standard error of the differences to `control`."""
    if not values:
        return ""
    numbers = np.array(list(values.values()))
    text = f"{numbers.mean():.1f} ± {spread(numbers):.1f}"
    common = sorted(set(values) & set(control))
    if not common:
        return text
    gains = np.array([values[seed] - control[seed] for seed in common])
    return f"{text} ({gains.mean():+.1f} ± {spread(gains) / np.sqrt(len(gains)):.1f})"


def spread(numbers: NDArray[np.float64]) -> float:
    """Return the sample standard deviation, 0 for a single number."""
    return float(numbers.std(ddof=1)) if len(numbers) > 1 else 0.0


def row(
    result: ResultFile, control: ResultFile | None, at: Sequence[float], metric: MetricName | None
) -> list[str]:
    """Return the cells of one experiment that hold figures."""
    curves = curve(result, metric), curve(control, metric) if control else {}
    return [cell(*(values_at(labels, points) for points in curves)) for labels in at]


def values_at(labels: float, curves: dict[int, dict[float, float]]) -> dict[int, float]:
    """Return {seed: value} at `labels` per category, of the seeds that have a point there."""
    return {seed: points[labels] for seed, points in curves.items() if labels in points}


def schedule_text(schedule: Sequence[int]) -> str:
    """Return [1, 1, 1, 2] as "3x1, 2"."""
    runs: list[tuple[int, int]] = []
    for labels in schedule:
        count = runs.pop()[0] + 1 if runs and runs[-1][1] == labels else 1
        runs.append((count, labels))
    return ", ".join(f"{count}x{labels}" if count > 1 else str(labels) for count, labels in runs)


def names_of(result: ResultFile) -> dict[str, str]:
    """Return what tells `result` from others, by column; results are grouped by collection, then head."""
    share, imbalance = result.experiment.pool_share, result.experiment.imbalance
    drawn = [] if share == 1 else [f"{share:.0%} of the pool"]
    behind = [] if result.experiment.lag == 0 else [f"{result.experiment.lag} answers behind"]
    unequal = [] if imbalance == 1 else [f"1 to {imbalance:g}"]
    return {
        "images": ", ".join([result.name, *drawn, *unequal]),
        "encoder": result.experiment.encoder_label,
        "head": result.experiment.head,
        "schedule": ", ".join([schedule_text(result.experiment.config.schedule), *behind]),
        "strategy": result.experiment.label,
        "seeds": str(len(result.runs)),
    }


def grouped(results: Sequence[ResultFile]) -> list[ResultFile]:
    """Return `results` by collection, encoder, head, schedule; each in the order in which it came first."""
    columns = ("images", "encoder", "head", "schedule")
    first = {column: list(dict.fromkeys(names_of(r)[column] for r in results)) for column in columns}
    return sorted(results, key=lambda r: [first[column].index(names_of(r)[column]) for column in columns])


def caption(results: Sequence[ResultFile], metric: MetricName | None, against: str) -> str:
    """Return the sentence above a table that says what its figures are."""
    figures = " or ".join(dict.fromkeys(WORDS[metric or result.metric] for result in results))
    by_encoder = any(result.experiment.encoder_label == against for result in results)
    same = "head and strategy" if by_encoder else "head"
    return (
        f"{figures}: mean ± standard deviation over seeds "
        f"(difference to {against} with the same {same}, paired by seed, ± its standard error)"
    )


def markdown(
    results: Sequence[ResultFile],
    at: Sequence[float],
    metric: MetricName | None = None,
    against: str = CONTROL,
    published: Published | None = None,
) -> str:
    """Return a table of `results` at each of `at` labels per category, one row per result, and its caption.

    In brackets stands the difference to the result among them that has the strategy or encoder `against` and
    is otherwise the same, in square brackets what was `published`. Encoder and schedule are columns
    where there are several.
    """
    ordered = grouped(results)
    names = [names_of(result) for result in ordered]
    columns = [name for name in names[0] if name not in TOLD_APART or len({n[name] for n in names}) > 1]
    given = {int(result.experiment.indicators) for result in ordered}
    start = f"{given.pop()}" if len(given) == 1 else ""
    header = [*columns, *(f"{start}+{labels:g}" for labels in at)]
    lines = [header, ["---"] * len(header)]
    for result, own in zip(ordered, names, strict=True):
        figures = row(result, control_of(result, results, against), at, metric)
        lines.append([*(own[column] for column in columns), *beside(figures, published, result, at)])
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    words = caption(ordered, metric, against) + (", [published]" if published else "")
    return f"{words}\n\n{table}"


def beside(
    figures: list[str], published: Published | None, result: ResultFile, at: Sequence[float]
) -> list[str]:
    """Return the cells `figures` with the published ones in square brackets, where there are any."""
    if published is None:
        return figures
    theirs = [published.figure(result, labels) for labels in at]
    pairs = zip(figures, theirs, strict=True)
    return [f"{own} [{other}]".strip() if other else own for own, other in pairs]
