"""The head that learns while people review."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.config import FrozenFinetune
from ml.encoders.embed import Embedding
from ml.features.vectors import l2_normalised
from ml.finetune.frozen import fit_frozen
from ml.finetune.training_set import TrainingSet
from ml.neighbours.graphs import PoolGraphs

# So many principal directions tell the head as much as all, in a fraction of the time.
DIRECTIONS = 256
# Of more images a sample says where those directions lie; of more labels, a sample is learned from.
SAMPLE = 20_000


def compact(embedding: Embedding, directions: int = DIRECTIONS) -> Embedding:
    """Return `embedding` with unit-length features on their first principal `directions`, about the origin.

    Lengths and cosines stay nearly what they were. Narrower features stay as they are.
    """
    unit = embedding.normalised
    if unit.shape[1] <= directions:
        return embedding
    rows = unit
    if len(rows) > SAMPLE:
        rows = rows[np.random.default_rng(0).choice(len(rows), SAMPLE, replace=False)]
    _, vectors = np.linalg.eigh(rows.T @ rows)
    return replace(embedding, features=unit @ vectors[:, ::-1][:, :directions])


@dataclass(frozen=True)
class Learner:
    """Fits the head of `settings` to labels of a pool of `count` images, the first rows of `embedding`."""

    settings: FrozenFinetune
    embedding: Embedding
    graphs: PoolGraphs | None
    count: int

    @property
    def features(self) -> NDArray[np.float32]:
        """Return the pool's features float32[N, D], of unit length."""
        return l2_normalised(self.embedding.features[: self.count])

    def probabilities(self, labels: NDArray[np.int64], categories: int) -> NDArray[np.float32]:
        """Return float32[N, C] of the pool, learned from `labels` int64[N], -1 where there is none.

        What the head says may be taken for chances. Labels of two categories are needed.
        """
        rows = np.flatnonzero(labels >= 0)
        if len(rows) > SAMPLE:
            rows = np.sort(np.random.default_rng(0).choice(rows, SAMPLE, replace=False))
        training = TrainingSet(rows, labels[rows], categories)
        model = fit_frozen(self.settings, self.embedding, training, self.graphs, self.count)
        return model.confidences[: self.count]
