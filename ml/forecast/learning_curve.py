"""Accuracy against labels as a power law, with what is not known of it.

The error of a model falls about as a power of the labels that it learned from (Cortes et al. 1993; Hestness
et al. 2017). Here its logarithm is a Gaussian process: a line over the logarithm of the labels a category,
whose slope has a prior, plus Brownian motion for what is no line, seen through the chance of which test
images there are. The constants were fitted to 1,400 simulated rounds (docs/results.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

SLOPE = 0.32
SLOPE_DEVIATION = 0.1
# Of the Brownian motion, after the labels have become e times as many.
WANDERING = 0.17
# Nothing is known of the error that one label a category leaves.
LEVEL_DEVIATION = 5.0
# The same test images are looked at each time: of their chance only a part differs from step to step.
CHANCE = 0.1
# Accuracies are kept this far from 0 and 1, which have no logarithm.
EDGE = 0.005
QUANTILE = 1.6449  # of the normal distribution: 5 % lie above


@dataclass(frozen=True)
class Measured:
    """`accuracy` in [0, 1] on `images` test images, after training on `labels` labels a category (> 0)."""

    labels: float
    accuracy: float
    images: int


@dataclass(frozen=True)
class Forecast:
    """An accuracy, or a gain in it: the median, and the interval that holds it with 90 %."""

    middle: float
    low: float
    high: float


class LearningCurve:
    """What measured points say of the accuracy at other numbers of labels. There has to be one point."""

    def __init__(self, points: Sequence[Measured]) -> None:
        self.last = points[-1]
        self.places = np.log([point.labels for point in points])
        errors = np.clip([1 - point.accuracy for point in points], EDGE, 1 - EDGE)
        self.noise = np.array([chance(e, p.images) for e, p in zip(errors, points, strict=True)])
        self.offsets = np.log(errors) + SLOPE * self.places
        # Brownian motion begins at the fewest labels that are asked about: one a category, or less.
        self.origin = min(0.0, float(self.places.min()))

    def at(self, labels: float) -> Forecast:
        """Return the accuracy to be measured on the same images with `labels` a category, > 0."""
        mean, variance = self.joint([log(labels)])
        spread = variance[0, 0] + chance(float(np.exp(mean[0])), self.last.images)
        return accuracy_between(mean[0], sqrt(spread))

    def now(self) -> Forecast:
        """Return the accuracy of the newest model, on as many other images of the same collection."""
        mean, variance = self.joint([float(self.places[-1])])
        error = float(np.clip(np.exp(mean[0]), EDGE, 1 - EDGE))
        spread = variance[0, 0] + (1 - error) / (error * self.last.images)
        return accuracy_between(mean[0], sqrt(spread))

    def gain(self, labels: float) -> Forecast:
        """Return what `labels` a category more than now would add to the accuracy."""
        places = [float(self.places[-1]), log(self.last.labels + labels)]
        mean, variance = self.joint(places)
        error = float(np.clip(np.exp(mean[0]), EDGE, 1 - EDGE))
        step = mean[1] - mean[0]
        deviation = sqrt(max(variance[1, 1] + variance[0, 0] - 2 * variance[0, 1], 0.0))
        ends = [error * (1 - np.exp(step + sign * QUANTILE * deviation)) for sign in (0, 1, -1)]
        return Forecast(*(float(end) for end in ends))

    def joint(self, places: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return mean float64[k] and covariance float64[k, k] of the logarithm of the error at `places`."""
        wanted = np.asarray(places)
        own = self.covariance(self.places, self.places) + np.diag(self.noise)
        between = self.covariance(self.places, wanted)
        solved = np.linalg.solve(own, between)
        mean = solved.T @ self.offsets - SLOPE * wanted
        return mean, self.covariance(wanted, wanted) - between.T @ solved

    def covariance(self, one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return that of the logarithm of the error, less its mean, between `one` [n] and `other` [k]."""
        shared = np.minimum.outer(one - self.origin, other - self.origin)
        slopes = SLOPE_DEVIATION**2 * np.multiply.outer(one, other)
        return np.asarray(LEVEL_DEVIATION**2 + slopes + WANDERING**2 * shared)


def chance(error: float, images: int) -> float:
    """Return the variance of the logarithm of an error that was measured on `images` images."""
    kept = min(max(error, EDGE), 1 - EDGE)
    return CHANCE * (1 - kept) / (kept * images)


def accuracy_between(logarithm: float, deviation: float) -> Forecast:
    """Return the accuracy whose error has a normal `logarithm`."""
    ends = [logarithm + sign * QUANTILE * deviation for sign in (0, 1, -1)]
    return Forecast(*(float(1 - min(np.exp(end), 1.0)) for end in ends))
