"""The linear head: multinomial logistic regression on pooled features, made for very few labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

MAX_ITER = 500


@dataclass(frozen=True)
class LinearHead:
    """Logits of all C categories are `features @ weight.T + bias`, on un-normalised pooled features.

    `weight` float32[C, D], `bias` float32[C]; categories without a label have bias -inf, so probability 0.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32[N, C]: rows sum to 1."""
        logits = features @ self.weight.T + self.bias
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), dtype=np.float32)


def standardisation(features: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return (mean float32[D], scale): (features - mean) / scale has a mean squared row norm of 1."""
    mean = features.mean(axis=0)
    scale = float(np.sqrt(np.square(features - mean).sum(axis=1).mean()))
    return mean, scale if scale > 0 else 1.0


def fit_head(
    features: NDArray[np.float32],
    targets: NDArray[np.int64],
    categories: int,
    reference: NDArray[np.float32],
    regularisation: float,
) -> LinearHead:
    """Fit `features` float32[n, D] to `targets` int64[n] in 0..categories-1; one label each is enough.

    The unlabelled `reference` float32[N, D] sets the standardisation, which n labelled images are too few for.
    """
    mean, scale = standardisation(reference)
    seen = np.unique(targets)
    weight = np.zeros((categories, features.shape[1]), dtype=np.float32)
    bias = np.full(categories, -np.inf, dtype=np.float32)
    if len(seen) == 1:
        bias[seen] = 0
        return LinearHead(weight, bias)
    model = LogisticRegression(C=regularisation * STRENGTH, max_iter=MAX_ITER)
    model.fit((features - mean) / scale, targets)
    rows, offsets = model.coef_, model.intercept_
    if len(seen) == 2:
        # For two classes the library returns one row, the logit of the second against the first.
        rows, offsets = np.concatenate([-rows, rows]) / 2, np.concatenate([-offsets, offsets]) / 2
    weight[seen] = rows / scale
    bias[seen] = offsets - rows @ mean / scale
    return LinearHead(weight, bias)


STRENGTH = 100.0
