"""What an answer says of the images of its cluster, by what a model believed of them before."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

SHARED = 0.3
ODDS = 2.0
"""Of the images of a cluster `SHARED` show what its eigen-sample does, whatever the model believed; of the
rest that is `ODDS` times as likely as it believed. Chosen on four pools (docs/labelling-clusters.md)."""
CLUSTER_EVIDENCE = 5.0
"""Images of a cluster are right or wrong together: so many that were not would tell as much."""
PURITY = 0.9
"""The purity that the first proposal for the cut is to have."""
WITHOUT_MODEL = 12
"""So many images, the nearest ones, are proposed where no model can say anything."""
NINETY_PERCENT = 1.645


@dataclass(frozen=True)
class Purity:
    """The estimated share of images that are what their cluster is called, with a 90 % interval."""

    estimate: float
    low: float
    high: float


def believed(confidence: float) -> float:
    """Return how likely an image shows what its eigen-sample does, where the model said `confidence`."""
    likelier = ODDS * confidence / (1 + (ODDS - 1) * confidence)
    return SHARED + (1 - SHARED) * likelier


def purity(beliefs: Sequence[float]) -> Purity | None:
    """Return the purity of images of which `beliefs` are held; None for no images."""
    if not beliefs:
        return None
    mean = sum(beliefs) / len(beliefs)
    evidence = min(CLUSTER_EVIDENCE, len(beliefs))
    spread = NINETY_PERCENT * sqrt(mean * (1 - mean) / (evidence + 1))
    return Purity(mean, max(0.0, mean - spread), min(1.0, mean + spread))


def first_cut(beliefs: Sequence[float]) -> int:
    """Return how many of the images, the surest first, are proposed: as many as keep the wanted purity."""
    total = 0.0
    for number, belief in enumerate(beliefs, start=1):
        total += belief
        if total < PURITY * number:
            return number - 1
    return len(beliefs)
