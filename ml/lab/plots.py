"""Accuracy against labels spent, drawn: one panel per collection, one line per strategy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.errors import UnusableInputError
from ml.lab.experiment import ResultFile
from ml.lab.tables import curve

BACKGROUND, INK, QUIET = "#ffffff", "#1b1f24", "#6b7280"
# Colours that colour-blind people can tell apart, and a line style each for print.
STYLES = {
    "ackmeans, densest": ("#0b6bcb", "-", 2.6),
    "ackmeans, nearest": ("#1a9e77", "-", 1.8),
    "oracle": ("#b26a00", (0, (5, 2)), 1.6),
    "random": ("#5f6670", (0, (1.5, 1.5)), 1.8),
}
NAMES = {
    "ackmeans, densest": "ACKMeans, densest (default)",
    "ackmeans, nearest": "ACKMeans, nearest (the paper's rule)",
    "oracle": "oracle: balanced by the truth",
    "random": "random",
}
# Bands of all four would hide each other.
WITH_BAND = ("ackmeans, densest", "random")
TITLES = {"top1": "top-1 accuracy", "mean_class": "mean class accuracy"}


def draw(results: Sequence[ResultFile], metric: str, path: Path) -> None:
    """Write a PNG of the results to `path`. Raises UnusableInputError when matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  (an optional package)
        from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415
    except ImportError as error:
        raise UnusableInputError("plots need matplotlib: pip install eigenlabel[plots]") from error
    names = list(dict.fromkeys(result.name for result in results))
    figure = Figure(
        figsize=(5.2 * len(names), 4.2),
        dpi=160,
        facecolor=BACKGROUND,
        layout=ConstrainedLayoutEngine(w_pad=0.14, h_pad=0.14, wspace=0.04),
    )
    panels = figure.subplots(1, len(names), squeeze=False)[0]
    for panel, name in zip(panels, names, strict=True):
        own = [result for result in results if result.name == name]
        for result in own:
            draw_curve(panel, result, metric)
        dress(panel, f"{name} ({own[0].categories} categories)")
    panels[0].legend(frameon=False, labelcolor=INK, loc="lower right")
    panels[0].set_ylabel(f"{TITLES[metric]} on the test split, %", color=INK)
    figure.savefig(path, facecolor=BACKGROUND)


def draw_curve(panel: Any, result: ResultFile, metric: str) -> None:
    """Draw the mean over seeds, for some with a band of one standard deviation."""
    curves = curve(result, metric).values()
    at = sorted(set.intersection(*(set(points) for points in curves)))
    values = 100 * np.array([[points[labels] for labels in at] for points in curves])
    mean = values.mean(axis=0)
    spread = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros_like(mean)
    label = result.experiment.label
    colour, style, width = STYLES[label]
    panel.plot(at, mean, color=colour, linestyle=style, linewidth=width, label=NAMES[label])
    if label in WITH_BAND:
        panel.fill_between(at, mean - spread, mean + spread, color=colour, alpha=0.1, linewidth=0)


def dress(panel: Any, title: str) -> None:
    """Give `panel` its title, axes and legend."""
    panel.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold")
    panel.set_xlabel("labels per category beyond the one given", color=INK)
    panel.set_facecolor(BACKGROUND)
    panel.grid(axis="y", color="#e5e7eb", linewidth=0.8)
    panel.tick_params(colors=QUIET, length=0)
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.spines["bottom"].set_color("#c9ced6")
    panel.xaxis.get_major_locator().set_params(integer=True, steps=[1, 2, 5, 10], nbins=10)
