"""Ridge regression onto the categories, in closed form."""

import numpy as np
from numpy.typing import NDArray

from ml.finetune.heads.linear import LinearHead, standardisation

# Penalty on standardised features when the configuration says 1.
DEFAULT_PENALTY = 0.1
# A least squares answer lies between 0 and 1: as logits, such numbers need a scale to say anything.
SHARPNESS = 10.0


def fit_ridge(
    features: NDArray[np.float32],
    targets: NDArray[np.int64],
    categories: int,
    *,
    reference: NDArray[np.float32],
    regularisation: float = 1.0,
) -> LinearHead:
    """Return a head fitted to `features` float32[n, D] with `targets` int64[n] by least squares.

    Its logits are 10 times the regression's answer. The unlabelled `reference` float32[N, D] sets the
    standardisation.
    """
    standard = standardisation(reference, unit_length=True)
    seen = np.unique(targets)
    inputs = standard.apply(features).astype(np.float64)
    wanted = (targets[:, None] == seen).astype(np.float64)
    share = wanted.mean(axis=0)
    kernel = inputs @ inputs.T
    kernel[np.diag_indices_from(kernel)] += DEFAULT_PENALTY / regularisation
    # n labels need an n x n system: the solution lies in the span of the samples.
    rows = (inputs.T @ np.linalg.solve(kernel, wanted - share)).T
    offsets = (SHARPNESS * share).astype(np.float32)
    return standard.folded_into((SHARPNESS * rows).astype(np.float32), offsets, seen, categories)
