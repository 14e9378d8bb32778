"""Class-balanced sampling by the truth: only a simulation can do this, as a bound to compare with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput


@dataclass(frozen=True)
class OracleSelector:
    """`truth` int64[N] is the category index of every row of the pool."""

    truth: NDArray[np.int64]

    def __call__(self, given: SelectionInput) -> Selection:
        """Return random eligible rows, each time of a category that has fewest labels so far."""
        generator = np.random.default_rng(given.seed)
        shuffled = generator.permutation(given.eligible)
        waiting = {int(c): list(shuffled[self.truth[shuffled] == c]) for c in np.unique(self.truth)}
        have = {c: int((self.truth[given.labelled] == c).sum()) for c in waiting}
        chosen: list[int] = []
        while len(chosen) < min(given.ask, len(given.eligible)):
            category = min((c for c in waiting if waiting[c]), key=lambda c: (have[c], c))
            chosen.append(int(waiting[category].pop()))
            have[category] += 1
        return around(given, np.array(chosen, dtype=np.int64))
