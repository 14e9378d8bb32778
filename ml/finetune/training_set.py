"""The labels that a step learns from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TrainingSet:
    """The labelled images: pool `rows` int64[m], category indices `targets` int64[m], of C `categories`."""

    rows: NDArray[np.int64]
    targets: NDArray[np.int64]
    categories: int

    @property
    def seen(self) -> NDArray[np.int64]:
        """Return the category indices that have a label, ascending."""
        return np.unique(self.targets)
