"""Pairs of strategy and head on long-tailed pools, each pool a pair of its own: differences in points.

    python experiments/long_tails.py experiments/2026-12-01/long_tails

Reads the results of long_tails.toml and long_tails_plain.toml. A row is the mean over sets and pools, +- its
standard error, with balanced pools (1 to 1) and long-tailed ones (1 to 10, 1 to 30) apart; below, where the
default is further below random selection with its head than that difference's standard error.
"""

import sys
from collections import defaultdict
from itertools import product
from pathlib import Path

import numpy as np

from ml.lab.experiment import ResultFile
from ml.lab.packing import load_results

DEFAULT = ("balanced_herding", "balanced_propagation")
RANDOM = "random, the same head"
OTHERS = {
    "the default before": ("propagated_herding", "propagation_logistic"),
    "UHerding, the same head": ("uherding", "balanced_propagation"),
    RANDOM: ("random", "balanced_propagation"),
}
METRICS, AT = ("weighted", "mean_class"), (1, 3, 9)
Pair = tuple[str, str]
Pool = tuple[str, float, int]
# The accuracy of a pair on a pool, by metric and labels a category.
Accuracies = dict[Pair, dict[Pool, dict[tuple[str, int], float]]]


def accuracies(results: list[ResultFile]) -> Accuracies:
    """Return what was measured, in per cent."""
    found: Accuracies = defaultdict(dict)
    for result in results:
        pair = (result.experiment.config.strategy.kind, result.experiment.head)
        for run in result.runs:
            points = {round(point.asked / result.categories): point for point in run.points}
            found[pair][result.name, result.experiment.imbalance, run.seed] = {
                (metric, at): 100 * getattr(points[at], metric)
                for metric in METRICS
                for at in AT
                if at in points
            }
    return found


def mean_and_error(values: list[float]) -> tuple[float, float]:
    """Return the mean of `values` and its standard error."""
    return float(np.mean(values)), float(np.std(values, ddof=1) / len(values) ** 0.5)


def differences(found: Accuracies, other: Pair, metric: str, at: int) -> dict[Pool, float]:
    """Return the default less `other` on each pool where both were measured."""
    mine, theirs = found[DEFAULT], found[other]
    pools = [pool for pool in mine if pool in theirs and (metric, at) in mine[pool]]
    return {pool: mine[pool][metric, at] - theirs[pool][metric, at] for pool in pools}


def by_group(found: Accuracies) -> list[str]:
    """Return a table of the default less each of the others, balanced and long-tailed pools apart."""
    lines = [f"| default less | pools | score | {' | '.join(f'1+{at}' for at in AT)} |"]
    lines.append(f"|---|---|---|{'--:|' * len(AT)}")
    for (name, other), long_tailed, metric in product(OTHERS.items(), (False, True), METRICS):
        cells = []
        for at in AT:
            each = differences(found, other, metric, at).items()
            values = [value for (_, imbalance, _), value in each if (imbalance > 1) == long_tailed]
            cells.append("{:+.2f} ± {:.2f}".format(*mean_and_error(values)))
        kind = "long-tailed" if long_tailed else "balanced"
        lines.append(f"| {name} | {kind} | {metric} | {' | '.join(cells)} |")
    return lines


def below_random(found: Accuracies) -> list[str]:
    """Return a line for each set, ratio, score and budget at which the default is below random selection."""
    lines = []
    for metric, at in product(METRICS, AT):
        values_of: dict[tuple[str, float], list[float]] = defaultdict(list)
        for (name, imbalance, _), value in differences(found, OTHERS[RANDOM], metric, at).items():
            values_of[name, imbalance].append(value)
        for (name, imbalance), values in sorted(values_of.items()):
            mean, error = mean_and_error(values)
            if mean < -error:
                place = f"{name}, 1 to {imbalance:g}, {metric}, 1+{at}"
                lines.append(f"below random: {place}: {mean:+.2f} ± {error:.2f}")
    return lines


def main() -> None:
    """Print the table, and the cells below random selection."""
    found = accuracies(load_results([Path(sys.argv[1])]))
    sys.stdout.write("\n".join([*by_group(found), *below_random(found)]) + "\n")


if __name__ == "__main__":
    main()
