"""Accuracy against labels spent, drawn: one panel per collection, one line per strategy and head."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.errors import UnusableInputError
from ml.lab.drawing import BACKGROUND, INK, QUIET, figure_of, line_of
from ml.lab.experiment import MetricName, ResultFile
from ml.lab.tables import WORDS, curve, schedule_text

# Bands of one standard deviation hide each other where there are more lines than these.
LINES_WITH_BANDS = 3
PANELS_PER_ROW = 2


def chosen(
    results: Sequence[ResultFile], strategies: Sequence[str], heads: Sequence[str]
) -> list[ResultFile]:
    """Return the `results` whose strategy and head are named, or all where none is.

    Raises UnusableInputError for a name that no result has.
    """
    for wanted, own in ((strategies, {r.experiment.label for r in results}), (heads, heads_of(results))):
        unknown = [name for name in wanted if name not in own]
        if unknown:
            raise UnusableInputError(f"no result is of {unknown[0]}; there are: {'; '.join(sorted(own))}")
    return [
        result
        for result in results
        if (not strategies or result.experiment.label in strategies)
        and (not heads or result.experiment.head in heads)
    ]


def heads_of(results: Sequence[ResultFile]) -> set[str]:
    """Return the names of the heads of `results`."""
    return {result.experiment.head for result in results}


def line_names(results: Sequence[ResultFile]) -> list[str]:
    """Return a name per result: what differs among them of encoder, strategy, head and schedule.

    The strategy is told in any case, unless only the encoder differs.
    """
    encoders = [result.experiment.encoder_label for result in results]
    parts = [
        [result.experiment.label for result in results],
        [result.experiment.head for result in results],
        [schedule_text(result.experiment.config.schedule) for result in results],
    ]
    # Panels may have budgets of their own: only schedules that differ within a panel tell lines apart.
    within = {(result.name, schedule) for result, schedule in zip(results, parts[2], strict=True)}
    several = len(within) > len({result.name for result in results})
    told = [
        *([encoders] if len(set(encoders)) > 1 else []),
        *([parts[0]] if len(set(encoders)) == 1 or len(set(parts[0])) > 1 else []),
        *([parts[1]] if len(set(parts[1])) > 1 else []),
        *([parts[2]] if several else []),
    ]
    return [" · ".join(names) for names in zip(*told, strict=True)]


def draw(results: Sequence[ResultFile], metric: MetricName | None, path: Path) -> None:
    """Write a PNG of `results`, of which there is one at least, to `path`.

    Raises UnusableInputError when matplotlib is not installed or a result has no runs yet.
    """
    empty = [result for result in results if not result.runs]
    if empty:
        raise UnusableInputError(f"{empty[0].name}, {empty[0].experiment.label} has no runs yet")
    panels_of = list(dict.fromkeys(result.name for result in results))
    columns = min(len(panels_of), PANELS_PER_ROW)
    rows = int(np.ceil(len(panels_of) / columns))
    figure = figure_of(5.2 * columns + 2.4, 4.2 * rows)
    panels = figure.subplots(rows, columns, squeeze=False).flatten()
    names = line_names(results)
    styles = {name: line_of(index) for index, name in enumerate(dict.fromkeys(names))}
    handles: dict[str, Any] = {}
    for panel, title in zip(panels, panels_of, strict=False):
        own = [(name, r) for name, r in zip(names, results, strict=True) if r.name == title]
        for name, result in own:
            handles[name] = draw_curve(panel, result, metric, styles[name], band=len(own) <= LINES_WITH_BANDS)
        dress(panel, f"{title} ({own[0][1].categories} categories)", WORDS[metric or own[0][1].metric])
    for panel in panels[len(panels_of) :]:
        panel.set_axis_off()
    figure.legend(handles.values(), handles, loc="outside right upper", frameon=False, labelcolor=INK)
    figure.savefig(path, facecolor=BACKGROUND)


def draw_curve(
    panel: Any, result: ResultFile, metric: MetricName | None, style: tuple[str, Any], *, band: bool
) -> Any:
    """Draw the mean over seeds, with `band` one of a standard deviation; returns the line."""
    curves = curve(result, metric).values()
    at = sorted(set.intersection(*(set(points) for points in curves)))
    values = np.array([[points[labels] for labels in at] for points in curves])
    mean = values.mean(axis=0)
    colour, line = style
    (drawn,) = panel.plot(at, mean, color=colour, linestyle=line, linewidth=1.8, marker="o", markersize=3)
    if band and len(values) > 1:
        spread = values.std(axis=0, ddof=1)
        panel.fill_between(at, mean - spread, mean + spread, color=colour, alpha=0.1, linewidth=0)
    return drawn


def dress(panel: Any, title: str, measured: str) -> None:
    """Give `panel` its title and axes."""
    panel.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold")
    panel.set_xlabel("labels asked for per category", color=INK)
    panel.set_ylabel(measured, color=INK)
    panel.set_facecolor(BACKGROUND)
    panel.grid(axis="y", color="#e5e7eb", linewidth=0.8)
    panel.tick_params(colors=QUIET, length=0)
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.spines["bottom"].set_color("#c9ced6")
    panel.xaxis.get_major_locator().set_params(integer=True, steps=[1, 2, 5, 10], nbins=10)
