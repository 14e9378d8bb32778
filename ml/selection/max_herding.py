"""MaxHerding and UHerding: every image, or every one that the model is unsure of, close to a chosen one."""

from dataclasses import dataclass

from ml.config import MaxHerdingStrategy, UHerdingStrategy
from ml.neighbours.propagation import margins
from ml.selection.clusters import around
from ml.selection.herding import herd
from ml.selection.protocol import Selection, SelectionInput


@dataclass(frozen=True)
class MaxHerdingSelector:
    """Cover all images alike (Bae et al. 2024)."""

    strategy: MaxHerdingStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the images that cover the pool best; nothing is left to chance up to 5,000 images."""
        return around(given, herd(given, None, sigma=self.strategy.sigma))


@dataclass(frozen=True)
class UHerdingSelector:
    """Weight each image by 1 - the margin of its prediction; MaxHerding without a model.

    These are UHerding's weights (Bae et al. 2025), without its temperature and its adaptive width.
    """

    strategy: UHerdingStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the images that best cover those that the model is unsure of."""
        weights = None if given.probabilities is None else 1 - margins(given.probabilities)
        return around(given, herd(given, weights, sigma=self.strategy.sigma))
