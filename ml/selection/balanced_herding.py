"""Balanced herding: propagated herding that heeds a classifier and rare categories as labels come.

Ours, for collections whose categories have unequal numbers of images. An image is covered for what
propagation leaves open, as in propagated herding. With the labels of a category grows what else counts: what
propagation and a classifier together leave open, and how few images look like the likeliest category.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.config import BalancedHerdingStrategy
from ml.neighbours.graph import build_graph
from ml.selection.candidates import candidates_of, points_of
from ml.selection.clusters import around
from ml.selection.doubt import doubt
from ml.selection.herding import herd
from ml.selection.labelled_head import head_of
from ml.selection.protocol import Selection, SelectionInput

# Added to the share of a category, so that one that is hardly seen does not take all.
LEAST_SHARE = 0.02


@dataclass(frozen=True)
class BalancedHerdingSelector:
    """`floor` is the weight of an image that is certain, `balance` the power of rareness."""

    strategy: BalancedHerdingStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the images that best cover those that are open."""
        return around(given, herd(given, self.weights(given), sigma=self.strategy.sigma, centred=True))

    def weights(self, given: SelectionInput) -> NDArray[np.float32] | None:
        """Return float32[N], or None where fewer than two categories are labelled: all count alike then."""
        targets = given.targets
        if targets is None or len(np.unique(targets)) < 2:
            return None
        graph = given.graph or build_graph(given.features)
        generator = np.random.default_rng(given.seed)
        reference = points_of(given, candidates_of(given, generator))
        open_ = doubt(given, graph, head_of(points_of(given, given.labelled), targets, reference))
        # How much more than one label a category has: 0 with one each, 1/2 with two, 2/3 with three.
        trust = max(0.0, 1 - len(np.unique(targets)) / len(targets))
        left = self.strategy.floor + 1 - open_.spread + trust * (1 - open_.believed)
        shares = np.bincount(open_.likeliest) / len(open_.likeliest)
        rarity = (shares[open_.likeliest] + LEAST_SHARE) ** (-self.strategy.balance * trust)
        return np.asarray(left * rarity, dtype=np.float32)
