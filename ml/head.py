"""The linear head: multinomial logistic regression on pooled features, made for very few labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from ml.vectors import l2_normalised

MAX_ITER = 500
# Inverse strength of the L2 penalty on standardised features when the configuration says 1. Chosen, like the
# unit length, on the pools of trashnet and EuroSAT at 1 to 10 labels per class (docs/results.md).
DEFAULT_STRENGTH = 100.0


@dataclass(frozen=True)
class LinearHead:
    """Logits of all C categories are `features @ weight.T + bias`, on pooled features.

    With `unit_length` the features are divided by their length first. `weight` float32[C, D], `bias`
    float32[C]; categories without a label have bias -inf, so probability 0.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    unit_length: bool

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32[N, C] for pooled `features` float32[N, D]; rows sum to 1."""
        logits = (l2_normalised(features) if self.unit_length else features) @ self.weight.T + self.bias
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True)
class Standardisation:
    """Features minus `mean` float32[D], over `scale`, have a mean squared length of 1.

    With `unit_length` each is divided by its own length before that.
    """

    mean: NDArray[np.float32]
    scale: float
    unit_length: bool

    def apply(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return standardised `features` float32[N, D]."""
        own = l2_normalised(features) if self.unit_length else features
        return (own - self.mean) / np.float32(self.scale)

    def folded_into(
        self,
        rows: NDArray[np.float32],
        offsets: NDArray[np.float32],
        seen: NDArray[np.int64],
        categories: int,
    ) -> LinearHead:
        """Return `rows` and `offsets` of the `seen` categories as a head of all, on pooled features."""
        weight = np.zeros((categories, len(self.mean)), dtype=np.float32)
        bias = np.full(categories, -np.inf, dtype=np.float32)
        weight[seen] = rows / self.scale
        bias[seen] = offsets - weight[seen] @ self.mean
        return LinearHead(weight, bias, self.unit_length)


def standardisation(features: NDArray[np.float32], *, unit_length: bool) -> Standardisation:
    """Return the standardisation of pooled `features` float32[N, D]."""
    if unit_length:
        features = l2_normalised(features)
    mean = features.mean(axis=0)
    scale = float(np.sqrt(np.square(features - mean).sum(axis=1).mean()))
    return Standardisation(mean, scale if scale > 0 else 1.0, unit_length)


def coordinates_in_span(
    features: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (coordinates [n, r], orthonormal basis [r, D]) whose product is `features` [n, D]."""
    samples, dimensions = features.shape
    if samples >= dimensions:
        return features.astype(np.float64), np.eye(dimensions)
    left, strengths, basis = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    return left * strengths, basis


def fit_head(
    features: NDArray[np.float32],
    targets: NDArray[np.int64],
    categories: int,
    *,
    reference: NDArray[np.float32],
    regularisation: float = 1.0,
) -> LinearHead:
    """Return a head fitted to `features` float32[n, D] with `targets` int64[n]; one label each is enough.

    The unlabelled `reference` float32[N, D] sets the standardisation: n images would be too few for it.
    """
    standard = standardisation(reference, unit_length=True)
    seen = np.unique(targets)
    if len(seen) == 1:
        nothing = np.zeros((1, features.shape[1]), dtype=np.float32)
        return standard.folded_into(nothing, np.zeros(1, dtype=np.float32), seen, categories)
    model = LogisticRegression(C=regularisation * DEFAULT_STRENGTH, max_iter=MAX_ITER)
    # For matrices this small several threads cost more than they save, ten times as much on a busy machine.
    with threadpool_limits(1 if len(features) < features.shape[1] else None):
        # The optimum lies in the span of the samples, so few of them are fitted in as many dimensions.
        coordinates, span = coordinates_in_span(standard.apply(features))
        model.fit(coordinates, targets)
    rows, offsets = model.coef_ @ span, model.intercept_
    if len(seen) == 2:
        # For two classes the library returns one row: the logit of the second against the first.
        rows, offsets = np.concatenate([-rows, rows]) / 2, np.concatenate([-offsets, offsets]) / 2
    return standard.folded_into(rows, offsets, seen, categories)
