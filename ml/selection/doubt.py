"""What labels leave open: of each image, how far its likeliest category is ahead of the next one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.finetune.heads.linear import LinearHead
from ml.neighbours.graph import NeighbourGraph
from ml.neighbours.propagation import NOTHING, arriving
from ml.selection.candidates import points_of
from ml.selection.protocol import SelectionInput

# Images whose logits are computed at a time.
BLOCK = 65_536


@dataclass(frozen=True)
class Doubt:
    """Of N images: the margins `spread` and `believed`, float32[N], and the category `likeliest` int64[N].

    `spread` is the margin of what label propagation says, `believed` that of its square times the root of
    what a linear head says; `likeliest` is by the latter.
    """

    spread: NDArray[np.float32]
    believed: NDArray[np.float32]
    likeliest: NDArray[np.int64]


class Leaders:
    """The two largest of what rows are told of many categories, a few at a time, and the sum of all."""

    def __init__(self, count: int) -> None:
        self.first = np.full(count, -np.inf)
        self.second = np.full(count, -np.inf)
        self.sum = np.zeros(count)
        self.likeliest = np.zeros(count, dtype=np.int64)

    def add(self, logarithm: NDArray[np.float64], category: int) -> None:
        """Take float64[N], the logarithm of what one category has; -inf is nothing."""
        ahead = logarithm > self.first
        top = np.where(ahead, logarithm, self.first)
        self.second = np.where(ahead, self.first, np.maximum(self.second, logarithm))
        known = np.isfinite(top)
        rescaled = np.where(np.isfinite(self.first), np.exp(self.first - np.where(known, top, 0)), 0)
        self.sum = self.sum * rescaled + np.where(known, np.exp(logarithm - np.where(known, top, 0)), 0)
        self.first = top
        self.likeliest[ahead] = category

    @property
    def margins(self) -> NDArray[np.float32]:
        """Return float32[N], the largest share less the second largest; 0 where there is nothing."""
        known = np.isfinite(self.first)
        ahead = 1 - np.exp(self.second[known] - self.first[known])
        found = np.zeros(len(self.first), dtype=np.float32)
        found[known] = ahead / self.sum[known]
        return found


def doubt(given: SelectionInput, graph: NeighbourGraph, head: LinearHead) -> Doubt:
    """Return what the labels of `given` leave open, by `graph` and by `head` of its categories in order.

    No array holds all images by all categories. Categories that nothing of reaches an image share it equally
    where no label does.
    """
    assert given.targets is not None
    spread, believed = Leaders(len(graph)), Leaders(len(graph))
    seen = np.unique(given.targets)
    for categories, masses in arriving(graph, given.labelled, given.targets):
        columns = np.searchsorted(seen, categories)
        logits = logits_of(head, given, columns)
        for place, category in enumerate(categories):
            mass = np.log(np.maximum(masses[:, place], NOTHING))
            spread.add(mass, int(category))
            believed.add(2 * mass + logits[:, place] / 2, int(category))
    return Doubt(spread.margins, believed.margins, believed.likeliest)


def logits_of(head: LinearHead, given: SelectionInput, columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return float32[N, k], what `head` says of all images about its categories `columns` int64[k]."""
    part = LinearHead(head.weight[columns], head.bias[columns], head.unit_length)
    found = np.empty((len(given.features), len(columns)), dtype=np.float32)
    for start in range(0, len(found), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(found)))
        found[rows] = part.logits(points_of(given, rows))
    return found
