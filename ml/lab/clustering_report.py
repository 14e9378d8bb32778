"""Clustering quality beside accuracy, and how the two go together (the question of the paper's Table 2)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import pearsonr, spearmanr

from ml.lab.clusters import FIGURES
from ml.lab.drawing import BACKGROUND, INK, figure_of, mark_of
from ml.lab.experiment import ResultFile
from ml.lab.tables import curve, values_at

SHOWN = FIGURES[0]
FEWEST = 3


def clustering_report(results: Sequence[ResultFile], at: Sequence[float]) -> str:
    """Return a markdown table of FIGURES and accuracy in per cent, means over seeds, and their correlation.

    The correlation is that of SHOWN with the accuracy at the last of `at`, over the results of a collection.
    """
    header = ["images", "encoder", "head", "strategy", *FIGURES, *(f"+{labels:g}" for labels in at)]
    lines = [header, ["---"] * len(header)]
    for result in measured(results):
        own = [result.name, result.experiment.encoder_label, result.experiment.head, result.experiment.label]
        quality = [f"{mean_of(result, name):.1f}" for name in FIGURES]
        lines.append([*own, *quality, *(accuracy(result, labels) for labels in at)])
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    words = "k-means on the encoder's features of the pool, a cluster a class, beside accuracy: per cent"
    return "\n\n".join([words, table, *correlations(results, at[-1])])


def measured(results: Sequence[ResultFile]) -> list[ResultFile]:
    """Return the results with clustering figures."""
    return [result for result in results if any(run.clusters for run in result.runs)]


def mean_of(result: ResultFile, figure: str) -> float:
    """Return the mean of a clustering figure over seeds, in per cent."""
    return float(100 * np.mean([run.clusters[figure] for run in result.runs if run.clusters]))


def accuracy(result: ResultFile, labels: float) -> str:
    """Return the mean accuracy at `labels`, "" where there is none."""
    found = list(values_at(labels, curve(result)).values())
    return f"{np.mean(found):.1f}" if found else ""


def pairs_of(results: Sequence[ResultFile], labels: float) -> dict[str, list[tuple[float, float, str]]]:
    """Return {collection: [(SHOWN, accuracy at `labels`, encoder)]} of the results that have both."""
    found: dict[str, list[tuple[float, float, str]]] = {}
    for result in measured(results):
        if text := accuracy(result, labels):
            point = (mean_of(result, SHOWN), float(text), result.experiment.encoder_label)
            found.setdefault(result.name, []).append(point)
    return found


def correlations(results: Sequence[ResultFile], labels: float) -> list[str]:
    """Return a sentence a collection that has three results at least."""
    sentences = []
    for name, points in pairs_of(results, labels).items():
        quality, correct = np.array([point[:2] for point in points]).T
        if len(points) < FEWEST or not quality.std() or not correct.std():
            continue
        r, rho = pearsonr(quality, correct).statistic, spearmanr(quality, correct).statistic
        sentences.append(
            f"{name}: {SHOWN} and accuracy at +{labels:g} correlate by r = {r:.2f} (Pearson), "
            f"{rho:.2f} (Spearman) over {len(points)} rows."
        )
    return sentences


def draw_correlation(results: Sequence[ResultFile], labels: float, path: Path) -> None:
    """Write a PNG with a point a result, a panel a collection.

    Raises UnusableInputError when matplotlib is not installed.
    """
    found = pairs_of(results, labels)
    if not found:
        return
    figure = figure_of(4.6 * len(found), 4.0)
    panels = figure.subplots(1, len(found), squeeze=False)[0]
    for panel, (name, points) in zip(panels, found.items(), strict=True):
        for row, (quality, correct, encoder) in enumerate(points):
            colour, mark = mark_of(row)
            panel.scatter([quality], [correct], c=colour, marker=mark, label=encoder)
        panel.set_title(name, loc="left", color=INK, fontweight="bold")
        panel.set_xlabel(f"{SHOWN}, %", color=INK)
        panel.set_ylabel(f"accuracy at +{labels:g}, %", color=INK)
        panel.legend(frameon=False, labelcolor=INK, fontsize=8)
    figure.savefig(path, facecolor=BACKGROUND)
