"""How much a head's confidence is worth: a temperature that brings it near the accuracy.

Few labels make for poor calibration, and a label or two a category cannot tell by how much. So temperatures
follow from two counts by constants, which were chosen on the pools of trashnet, eurosat and pets37
(docs/results.md). A head that learns what was propagated is too sure, the more so the fewer labels there
are; one that regresses on the labels is too modest, the more so the more categories share the probability.
"""

from dataclasses import dataclass

from ml.finetune.training_set import TrainingSet

# The fewest labels and categories that were measured; below, temperatures stay as they are there.
FEWEST = 6
# What `propagation` says of images that are not in the graph, through its linear head.
OUTSIDE = "propagation outside the pool"


@dataclass(frozen=True)
class Temperature:
    """`constant`, and what each count adds divided by it."""

    constant: float
    over_labels: float = 0.0
    over_categories: float = 0.0


TEMPERATURES = {
    "logistic": Temperature(0.4, over_categories=3.0),
    "ridge": Temperature(0.45, over_categories=5.5),
    "nearest_mean": Temperature(0.55, over_labels=5.5),
    "propagation": Temperature(0.35, over_labels=4.0),
    OUTSIDE: Temperature(1.15, over_labels=8.5),
    "propagation_logistic": Temperature(1.4, over_labels=7.5),
    "balanced_propagation": Temperature(1.2, over_labels=8.0, over_categories=2.0),
}


def temperature_of(head: str, training: TrainingSet) -> float:
    """Return the T by which the logits of the head called `head`, fitted to `training`, are to be divided."""
    chosen = TEMPERATURES[head]
    labels, categories = max(FEWEST, len(training.rows)), max(FEWEST, len(training.seen))
    return chosen.constant + chosen.over_labels / labels + chosen.over_categories / categories
