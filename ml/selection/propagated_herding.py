"""Propagated herding: cover what the labels, spread over the neighbour graph, do not decide.

Our own combination: the cover of MaxHerding on centred features, with each image weighted by how little label
propagation tells its two likeliest categories apart. Unlike a model's confidence, that works from the first
label on, whatever the head.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.config import PropagatedHerdingStrategy
from ml.neighbours.graph import build_graph
from ml.neighbours.propagation import propagated_margins
from ml.selection.clusters import around
from ml.selection.herding import herd
from ml.selection.protocol import Selection, SelectionInput


@dataclass(frozen=True)
class PropagatedHerdingSelector:
    """`strategy.floor` is the weight of an image that propagation is sure of; one in doubt has 1 more."""

    strategy: PropagatedHerdingStrategy

    def __call__(self, given: SelectionInput) -> Selection:
        """Return the images that best cover those that propagation leaves open."""
        return around(given, herd(given, self.weights(given), sigma=self.strategy.sigma, centred=True))

    def weights(self, given: SelectionInput) -> NDArray[np.float32] | None:
        """Return float32[N], or None where fewer than two categories are labelled: all count alike then."""
        if given.targets is None or len(np.unique(given.targets)) < 2:
            return None
        graph = given.graph or build_graph(given.features)
        return np.float32(self.strategy.floor + 1) - propagated_margins(graph, given.labelled, given.targets)
