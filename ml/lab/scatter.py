"""A projection, drawn: one point per image, one colour and mark per class."""

from pathlib import Path

import numpy as np

from ml.lab.drawing import BACKGROUND, INK, figure_of, mark_of
from ml.lab.features import Labelled
from ml.lab.projection import project, sampled_rows

NAMES_PER_COLUMN = 30
COLUMN_INCHES = 1.9


def draw_projection(found: Labelled, seed: int, path: Path) -> int:
    """Write a PNG of up to MAX_POINTS images to `path`; return how many it shows.

    Raises UnusableInputError when matplotlib or openTSNE is not installed.
    """
    columns = int(np.ceil(len(found.categories) / NAMES_PER_COLUMN))
    figure = figure_of(6.2 + COLUMN_INCHES * columns, 6.2)
    rows = sampled_rows(len(found.truth), seed)
    points, truth = project(found.features[rows], seed), found.truth[rows]
    panel = figure.subplots()
    for category, name in enumerate(found.categories):
        own = points[truth == category]
        colour, mark = mark_of(category)
        panel.scatter(own[:, 0], own[:, 1], s=9, c=colour, marker=mark, linewidths=0, alpha=0.75, label=name)
    panel.set_title(f"{found.name}, t-SNE of {len(rows):,} images", loc="left", color=INK, fontweight="bold")
    panel.set_axis_off()
    panel.set_aspect("equal", adjustable="datalim")
    figure.legend(
        loc="outside right upper", frameon=False, labelcolor=INK, ncols=columns, markerscale=2, fontsize=8
    )
    figure.savefig(path, facecolor=BACKGROUND)
    return len(rows)
