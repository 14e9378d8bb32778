"""Uniform sampling without replacement: the control."""

import numpy as np

from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput


def select_randomly(given: SelectionInput) -> Selection:
    """Return `given.ask` eligible rows drawn uniformly, or all of them when there are fewer."""
    generator = np.random.default_rng(given.seed)
    count = min(given.ask, len(given.eligible))
    return around(given, generator.choice(given.eligible, count, replace=False))
