"""Results as a markdown table: mean and standard deviation over seeds, and the paired gain over random."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.lab.experiment import ResultFile

Metric = str
CONTROL = "random"


def curve(result: ResultFile, metric: Metric) -> dict[int, dict[float, float]]:
    """Return {seed: {labels per category beyond the indicator: accuracy}}."""
    return {
        run.seed: {round(p.asked / result.categories, 2): getattr(p, metric) for p in run.points}
        for run in result.runs
    }


def control_of(result: ResultFile, results: Sequence[ResultFile]) -> ResultFile | None:
    """Return the random control among `results` that differs from `result` in the strategy only."""
    controls = (other for other in results if other.experiment.label == CONTROL)
    return next((c for c in controls if c.experiment.setting() == result.experiment.setting()), None)


def cell(values: dict[int, float], control: dict[int, float] | None) -> str:
    """Return "mean ± std" in per cent of {seed: accuracy}, with the paired difference to `control`."""
    if not values:
        return ""
    numbers = 100 * np.array(list(values.values()))
    text = f"{numbers.mean():.1f} ± {spread(numbers):.1f}"
    common = sorted(set(values) & set(control or {}))
    if not common or control is None:
        return text
    gains = 100 * np.array([values[seed] - control[seed] for seed in common])
    return f"{text} ({gains.mean():+.1f} ± {spread(gains):.1f})"


def spread(numbers: NDArray[np.float64]) -> float:
    """Return the sample standard deviation, 0 for a single number."""
    return float(numbers.std(ddof=1)) if len(numbers) > 1 else 0.0


def row(result: ResultFile, control: ResultFile | None, at: Sequence[float], metric: Metric) -> list[str]:
    """Return the cells of one experiment."""
    own = curve(result, metric)
    other = curve(control, metric) if control is not None and control is not result else {}
    cells = [result.name, result.experiment.label, str(len(result.runs))]
    for labels in at:
        values = {seed: points[labels] for seed, points in own.items() if labels in points}
        against = {seed: points[labels] for seed, points in other.items() if labels in points}
        cells.append(cell(values, against or None))
    return cells


def markdown(results: Sequence[ResultFile], at: Sequence[float], metric: Metric) -> str:
    """Return a table of `metric` (per cent) at 1 + each of `at` labels per category, one row per result.

    In brackets stands the difference to the random control among `results`, paired by seed.
    """
    header = ["images", "strategy", "seeds", *(f"1+{labels:g}" for labels in at)]
    lines = [header, ["---"] * len(header)]
    lines += [row(result, control_of(result, results), at, metric) for result in results]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
