"""What a strategy looks at when a pool is large: images drawn by lot, never all pairs of all of them."""

import numpy as np
from numpy.typing import NDArray

from ml.features.blocks import features_at
from ml.selection.protocol import SelectionInput

# 20,000 images say as well as all of them where a pool is dense, and their distances fit into a few blocks.
LIMIT = 20_000


def drawn(rows: NDArray[np.int64], limit: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return `rows`, or `limit` of them drawn by lot where there are more, in ascending order."""
    if len(rows) <= limit:
        return rows
    return np.sort(generator.choice(rows, limit, replace=False))


def candidates_of(
    given: SelectionInput, generator: np.random.Generator, limit: int | None = None
) -> NDArray[np.int64]:
    """Return at most `limit` (LIMIT) eligible rows to choose from, and as many as are asked for at least."""
    return drawn(given.eligible, max(LIMIT if limit is None else limit, given.ask), generator)


def points_of(given: SelectionInput, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the features of `rows` as float32[n, D], also from a memory map of another precision."""
    return features_at(given.features, rows)
