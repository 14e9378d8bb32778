"""MaxHerding: every image close to a chosen one."""

from dataclasses import dataclass

from ml.config import MaxHerdingStrategy
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
