"""How many predictions are right."""

import numpy as np
from numpy.typing import NDArray

from ml.messages import UNKNOWN, Accuracy


def accuracy(predicted: NDArray[np.int64], truth: NDArray[np.int64]) -> Accuracy | None:
    """Return top-1 and mean class accuracy where `truth` int64[N] is known, or None when it is nowhere.

    Mean class accuracy is the mean of the recalls of the categories that occur in the known truth.
    """
    known = truth != UNKNOWN
    if not known.any():
        return None
    correct = predicted[known] == truth[known]
    recalls = [correct[truth[known] == category].mean() for category in np.unique(truth[known])]
    return Accuracy(top1=float(correct.mean()), mean_class=float(np.mean(recalls)), images=int(known.sum()))
