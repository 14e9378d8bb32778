"""The category whose mean image is nearest in angle: nothing to fit."""

import numpy as np
from numpy.typing import NDArray

from ml.features.vectors import l2_normalised
from ml.finetune.heads.linear import LinearHead, standardisation

# A cosine of 1 against 0 is a ratio of e^10 in probability.
SHARPNESS = 10.0


def fit_nearest_mean(
    features: NDArray[np.float32],
    targets: NDArray[np.int64],
    categories: int,
    *,
    reference: NDArray[np.float32],
) -> LinearHead:
    """Return a head whose logits grow with the cosine to the mean of each category's `features` [n, D].

    Cosines are about the mean of the unlabelled `reference` float32[N, D] (as Wang et al. 2019, CL2N).
    """
    standard = standardisation(reference, unit_length=True)
    inputs = l2_normalised(standard.apply(features))
    seen = np.unique(targets)
    means = l2_normalised(np.stack([inputs[targets == category].mean(axis=0) for category in seen]))
    nothing = np.zeros(len(seen), dtype=np.float32)
    return standard.folded_into(SHARPNESS * means, nothing, seen, categories)
