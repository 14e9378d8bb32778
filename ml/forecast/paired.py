"""How often guesses are right, and whether two rows of them about the same images differ beyond chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

# A difference below so many standard errors may be chance.
SHOWN = 2.0


@dataclass(frozen=True)
class Estimate:
    """`middle` with its standard `error`, both parts of 1."""

    middle: float
    error: float


def share_right(hits: Sequence[bool]) -> Estimate:
    """Return the share of `hits`, at least one; the error is that of one more right and one more wrong.

    So 20 of 20 do not say that there is no error (Agresti and Coull 1998).
    """
    count, right = len(hits), sum(hits)
    kept = (right + 1) / (count + 2)
    return Estimate(right / count, sqrt(kept * (1 - kept) / count))


def difference(one: Sequence[bool], other: Sequence[bool]) -> Estimate:
    """Return how much more often `one` is right than `other` about the same images in the same order.

    Half an image is added to each cell of the table of both (Agresti and Min 2005), so that the error is none
    too small where few images tell the two apart. Raises ValueError without images.
    """
    if not one:
        raise ValueError("there is nothing to compare")
    gained = 0.5 + sum(a and not b for a, b in zip(one, other, strict=True))
    lost = 0.5 + sum(b and not a for a, b in zip(one, other, strict=True))
    count = len(one) + 2
    variance = (gained + lost - (gained - lost) ** 2 / count) / count**2
    return Estimate((gained - lost) / count, sqrt(variance))


def is_shown(found: Estimate) -> bool:
    """Return whether a difference is more than chance would often make."""
    return abs(found.middle) >= SHOWN * found.error
