"""A classifier for strategies that have to ask it more than what the round's model has said."""

import numpy as np
from numpy.typing import NDArray

from ml.finetune.heads.linear import LinearHead
from ml.finetune.heads.logistic import fit_logistic


def head_of(
    points: NDArray[np.float32], targets: NDArray[np.int64], reference: NDArray[np.float32]
) -> LinearHead:
    """Return a logistic head of the k distinct categories of `targets` int64[m], in ascending order.

    `points` float32[m, D] are labelled; `reference` float32[N, D] sets the standardisation.
    """
    categories, codes = np.unique(targets, return_inverse=True)
    return fit_logistic(points, codes.astype(np.int64), len(categories), reference=reference)
