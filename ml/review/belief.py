"""What the model believes of a pool, read by everything that makes pages."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Belief:
    """`features` float32[N, D] of unit length and `probabilities` float32[N, C] of the pool's images.

    `labels` int64[N] are those that people gave or confirmed, -1 where nobody has seen the image. `before`
    int64[N] is what the model called each image one step ago, and `held_out` float32[N, C] what a head that
    had not learned from an image's own label says of it (ml/review/doubts.py); each where it is known.
    """

    features: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    labels: NDArray[np.int64]
    before: NDArray[np.int64] | None = None
    held_out: NDArray[np.float32] | None = None

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Return int64[N], the likeliest category of each image."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """Return float32[N], the probability of that category."""
        return np.asarray(self.probabilities.max(axis=1), dtype=np.float32)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Return bool[N], whether a person gave or confirmed the label."""
        return self.labels >= 0
