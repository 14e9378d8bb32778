"""What a selection strategy is given and gives back."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.clustering.anchor_memory import AnchorMemory
from ml.neighbours.graph import NeighbourGraph


@dataclass(frozen=True)
class SelectionInput:
    """`features` float32[N, D], L2-normalised; `labelled` int64[m] and `eligible` int64[E] are rows of them.

    `ask` is K; `seed` is different for every step of a round. Rows in neither array take no part.
    `targets` int64[m] are the categories of `labelled`. `probabilities` float32[N, C] are the model's, None
    before there is one. `graph` joins the N images; who needs it makes one where it is None.
    Inputs with the same `features_key` have the same features to the bit; None promises nothing.
    `memory` holds what the step before has found out about them.
    """

    features: NDArray[np.float32]
    labelled: NDArray[np.int64]
    eligible: NDArray[np.int64]
    ask: int
    seed: int
    targets: NDArray[np.int64] | None = None
    probabilities: NDArray[np.float32] | None = None
    graph: NeighbourGraph | None = None
    features_key: str | None = None
    memory: AnchorMemory = field(default_factory=AnchorMemory, compare=False, repr=False)


@dataclass(frozen=True)
class Selection:
    """`eigen` int64[<= K]: distinct eligible rows; entry j stands for the rows whose `clusters` is m + j.

    `clusters` int64[N] is -1 where a row took no part; below m it is the position in `labelled` of the
    nearest anchor.
    """

    eigen: NDArray[np.int64]
    clusters: NDArray[np.int64]


class Selector(Protocol):
    """A strategy with its settings."""

    def __call__(self, given: SelectionInput) -> Selection:
        """Return up to `given.ask` eigen-samples and the clusters they stand for."""
        ...
