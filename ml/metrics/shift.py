"""Whether test images are distributed over the categories like the pool (label shift)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Smaller differences change accuracy by a point or two at most.
LEAST = 0.1
# So many times what is expected by chance.
CHANCE = 2.0


@dataclass(frozen=True)
class Shift:
    """`shares` float64[C] of the categories in the pool, estimated; `distance` is that to the test images.

    The distance is the part of the test images that would have to be of other categories, in [0, 1]; `chance`
    is what it would be about if both were drawn from one collection.
    """

    shares: NDArray[np.float64]
    distance: float
    chance: float

    @property
    def matters(self) -> bool:
        """Return whether the difference is neither small nor chance."""
        return self.distance > max(LEAST, CHANCE * self.chance)


def shift(pool: NDArray[np.float32], test: NDArray[np.float32], truth: NDArray[np.int64]) -> Shift:
    """Return how the pool differs from the test images, by probabilities float32[N, C] and float32[M, C].

    `truth` int64[M] is that of the test images, all known. A model that confuses categories does so in both:
    their mean probabilities are compared with each other, and their ratio corrects the known shares of the
    test images (the first step of Saerens et al. 2002).
    """
    predicted, expected = pool.mean(axis=0, dtype=np.float64), test.mean(axis=0, dtype=np.float64)
    known = np.bincount(truth, minlength=test.shape[1]) / len(truth)
    shares = known * predicted / np.maximum(expected, 1e-12)
    spread = test.std(axis=0, dtype=np.float64) * np.sqrt(1 / len(test) + 1 / len(pool))
    return Shift(
        shares=shares / max(shares.sum(), 1e-12),
        distance=float(np.abs(predicted - expected).sum() / 2),
        chance=float(spread.sum() * np.sqrt(2 / np.pi) / 2),
    )
