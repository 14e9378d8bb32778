"""Multinomial logistic regression on pooled features, made for very few labels."""

import warnings

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ml.finetune.heads.linear import LinearHead, standardisation

MAX_ITER = 500
# Inverse strength of the L2 penalty on standardised features when the configuration says 1. Chosen, like the
# unit length, on the pools of trashnet and EuroSAT at 1 to 10 labels per class (docs/results.md).
DEFAULT_STRENGTH = 100.0


def coordinates_in_span(
    features: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (coordinates [n, r], orthonormal basis [r, D]) whose product is `features` [n, D]."""
    samples, dimensions = features.shape
    if samples >= dimensions:
        return features.astype(np.float64), np.eye(dimensions)
    left, strengths, basis = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    return left * strengths, basis


def fit_logistic(
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
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  (takes a second; other heads do without)

    standard = standardisation(reference, unit_length=True)
    seen = np.unique(targets)
    if len(seen) == 1:
        nothing = np.zeros((1, features.shape[1]), dtype=np.float32)
        return standard.folded_into(nothing, np.zeros(1, dtype=np.float32), seen, categories)
    model = LogisticRegression(C=regularisation * DEFAULT_STRENGTH, max_iter=MAX_ITER)
    # For matrices this small several threads cost more than they save, ten times as much on a busy machine.
    few = threadpool_limits(1 if len(features) < features.shape[1] else None)
    with few, warnings.catch_warnings():
        # scikit-learn wonders about one label a class, which is what this is for.
        warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)
        # The optimum lies in the span of the samples, so few of them are fitted in as many dimensions.
        coordinates, span = coordinates_in_span(standard.apply(features))
        model.fit(coordinates, targets)
    rows, offsets = model.coef_ @ span, model.intercept_
    if len(seen) == 2:
        # For two classes the library returns one row: the logit of the second against the first.
        rows, offsets = np.concatenate([-rows, rows]) / 2, np.concatenate([-offsets, offsets]) / 2
    return standard.folded_into(rows, offsets, seen, categories)
