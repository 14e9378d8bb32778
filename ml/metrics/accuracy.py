"""How many predictions are right."""

import numpy as np
from numpy.typing import NDArray

from ml.messages import UNKNOWN, Accuracy


def accuracy(
    predicted: NDArray[np.int64], truth: NDArray[np.int64], shares: NDArray[np.float64] | None = None
) -> Accuracy | None:
    """Return top-1 and mean class accuracy where `truth` int64[N] is known, or None when it is nowhere.

    Mean class accuracy is the mean of the recalls of the categories that occur in the known truth. With
    `shares` float64[C], those of the categories elsewhere, it is also said how many would be right there:
    the mean by these weights.
    """
    known = truth != UNKNOWN
    if not known.any():
        return None
    correct = predicted[known] == truth[known]
    occurring = np.unique(truth[known])
    recalls = np.array([correct[truth[known] == category].mean() for category in occurring])
    weighted: float | None = None
    if shares is not None and shares[occurring].sum() > 0:
        weighted = float(np.average(recalls, weights=shares[occurring]))
    return Accuracy(
        top1=float(correct.mean()),
        mean_class=float(recalls.mean()),
        images=int(known.sum()),
        weighted=weighted,
    )
