"""UHerding: MaxHerding in which an image counts the more, the less sure the model is of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.config import UHerdingStrategy
from ml.finetune.heads.linear import tempered
from ml.neighbours.propagation import margins
from ml.selection.candidates import candidates_of, points_of
from ml.selection.clusters import around
from ml.selection.herding import herd
from ml.selection.labelled_head import head_of
from ml.selection.protocol import Selection, SelectionInput

# Before two labelled images differ, the kernel is as wide as MaxHerding's.
FIRST_WIDTH = 1.0
# Copies of one image lie so close; they say nothing about how wide a kernel should be.
SAME = 1e-3
TEMPERATURES = np.geomspace(0.05, 20, 61)
BLOCK = 65_536


@dataclass(frozen=True)
class UHerdingSelector:
    """Bae et al. (2025): uncertainty coverage; with a fixed `sigma` the weights of their method alone."""

    strategy: UHerdingStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the images that best cover those that the model is unsure of; MaxHerding before a model."""
        sigma = self.strategy.sigma
        if sigma is not None:
            weights = None if given.probabilities is None else 1 - margins(given.probabilities)
            return around(given, herd(given, weights, sigma=sigma))
        weights = calibrated_weights(given)
        return around(given, herd(given, weights, sigma=least_distance(points_of(given, given.labelled))))


def least_distance(points: NDArray[np.float32]) -> float:
    """Return the distance between the closest two of `points` float32[m, D] of unit length, copies apart.

    It shrinks as labels come, which turns coverage into uncertainty (Bae et al. 2025, radius adaptation).
    """
    products = np.clip(points @ points.T, -1, 1)
    distances = np.sqrt(2 - 2 * products[np.triu_indices(len(points), 1)])
    apart = distances[distances > SAME]
    return float(apart.min()) if len(apart) else FIRST_WIDTH


def calibrated_weights(given: SelectionInput) -> NDArray[np.float32] | None:
    """Return float32[N]: 1 - the margin of a logistic head's tempered probabilities; 0 of labelled images.

    None where fewer than two categories have labels. The head is the authors' classifier, a linear one on
    the features; the temperature is fitted to labels that a second head of the same kind has not seen.
    """
    targets = given.targets
    if targets is None or len(np.unique(targets)) < 2:
        return None
    generator = np.random.default_rng(given.seed)
    points, reference = points_of(given, given.labelled), points_of(given, candidates_of(given, generator))
    temperature = held_out_temperature(points, targets, reference, generator)
    head = head_of(points, targets, reference)
    weights = np.empty(len(given.features), dtype=np.float32)
    for start in range(0, len(weights), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(weights)))
        weights[rows] = 1 - margins(tempered(head.probabilities(points_of(given, rows)), temperature))
    weights[given.labelled] = 0
    return weights


def held_out_temperature(
    points: NDArray[np.float32],
    targets: NDArray[np.int64],
    reference: NDArray[np.float32],
    generator: np.random.Generator,
) -> float:
    """Return the T of least cross-entropy on one label of each category that has two (Guo et al. 2017).

    It is 1 where no category has two labels, or only one category would be left to learn from.
    """
    order = generator.permutation(len(targets))
    first = {int(category): int(row) for category, row in zip(targets[order], order, strict=True)}
    several = [row for category, row in first.items() if (targets == category).sum() > 1]
    rest = np.setdiff1d(np.arange(len(targets)), several)
    if not several or len(np.unique(targets[rest])) < 2:
        return 1.0
    probabilities = head_of(points[rest], targets[rest], reference).probabilities(points[several])
    own = np.searchsorted(np.unique(targets[rest]), targets[several])
    losses = [cross_entropy(tempered(probabilities, float(each)), own) for each in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def cross_entropy(probabilities: NDArray[np.float32], targets: NDArray[np.int64]) -> float:
    """Return the mean of -log p of the right category."""
    right = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.maximum(right, np.finfo(np.float32).tiny)).mean())
