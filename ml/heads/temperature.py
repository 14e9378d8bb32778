"""How much a head's confidence is worth: a temperature that brings it near the accuracy.

Few labels make for poor calibration: the logistic head is too modest, and one that learns from what it
believes of the pool too sure, the more so the fewer labels it has. A label or two a category cannot tell by
how much, so the temperatures are constants, chosen on the pools of trashnet and eurosat (docs/results.md).
"""

from ml.model import TrainingSet


def temperature_of(head: str, training: TrainingSet) -> float:
    """Return the T by which the logits of the head called `head`, fitted to `training`, are to be divided."""
    constant, one_label = TEMPERATURES[head]
    return constant + one_label * len(training.seen) / max(1, len(training.rows))


# (T with many labels, what one label a category adds: it falls with the labels a category has)
TEMPERATURES = {
    "logistic": (0.8, 0.0),
    "ridge": (1.0, 0.0),
    "nearest_mean": (1.0, 0.0),
    "propagation": (1.0, 0.0),
    "propagation_logistic": (1.55, 0.85),
}
