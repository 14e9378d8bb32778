"""Projections side by side: a column an encoder, a row before the round and one after its finetuning."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.lab.drawing import BACKGROUND, INK, figure_of, mark_of
from ml.lab.grid import Cell
from ml.lab.measures import SUFFIX

STAGES = ("encoder", "finetuned")
INCHES = 3.4


def draw_projections(cells: Sequence[Cell], directory: Path) -> None:
    """Write `projection-COLLECTION.png` for each collection of `cells`, as far as their rounds were run.

    Raises UnusableInputError when matplotlib is not installed.
    """
    for name in dict.fromkeys(cell.collection.name for cell in cells):
        own = [(cell, (directory / cell.file).with_suffix(SUFFIX)) for cell in cells]
        found = [
            (cell.experiment.encoder_label, dict(np.load(file)))
            for cell, file in own
            if cell.collection.name == name and file.exists()
        ]
        if found:
            draw_panels(found, directory / f"projection-{name}.png")


def draw_panels(found: Sequence[tuple[str, dict[str, Any]]], path: Path) -> None:
    """Write one picture of `found`, (encoder, arrays as `Projector.save` writes them)."""
    stages = [stage for stage in STAGES if any(stage in planes for _, planes in found)]
    figure = figure_of(INCHES * len(found), INCHES * len(stages))
    panels = figure.subplots(len(stages), len(found), squeeze=False)
    for column, (encoder, planes) in zip(panels.T, found, strict=True):
        for panel, stage in zip(column, stages, strict=True):
            panel.set_axis_off()
            if stage not in planes:
                continue
            for category in range(len(planes["categories"])):
                points = planes[stage][planes["truth"] == category]
                colour, mark = mark_of(category)
                panel.scatter(*points.T, s=6, c=colour, marker=mark, linewidths=0, alpha=0.75)
            words = encoder + (", finetuned" if stage == "finetuned" else "")
            panel.set_title(words, loc="left", color=INK, fontsize=9)
            panel.set_aspect("equal", adjustable="datalim")
    figure.savefig(path, facecolor=BACKGROUND)
