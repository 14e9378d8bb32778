"""Feature vectors."""

import numpy as np
from numpy.typing import NDArray


def l2_normalised(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `features` with rows of length 1; zero rows stay zero."""
    norms = np.linalg.norm(features, axis=1, keepdims=True)
    normalised: NDArray[np.float32] = features / np.maximum(norms, np.float32(1e-12))
    return normalised
