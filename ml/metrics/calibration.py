"""Whether confidences mean what they say."""

import numpy as np
from numpy.typing import NDArray

BINS = 15


def expected_calibration_error(
    probabilities: NDArray[np.float32], truth: NDArray[np.int64], bins: int = BINS
) -> float:
    """Return sum_b (n_b / N) |accuracy_b - confidence_b| of top-1 predictions, in [0, 1] (Guo et al. 2017).

    `probabilities` float32[N, C] are compared with `truth` int64[N] in `bins` intervals of equal width, each
    open below and closed above. Raises ValueError without images.
    """
    if len(probabilities) != len(truth) or not len(truth):
        raise ValueError("probabilities and truth have to be of the same images, at least one")
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = (probabilities.argmax(axis=1) == truth).astype(np.float64)
    position = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    # n_b (accuracy_b - confidence_b) is the sum of correct - confidence over the bin.
    gaps = np.bincount(position, weights=correct - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))
