"""The heads that a frozen encoder can have, by the name in the round's configuration."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml.config import FrozenFinetune
from ml.embed import Embedding
from ml.heads.linear import LinearHead
from ml.heads.logistic import fit_logistic
from ml.heads.nearest_mean import fit_nearest_mean
from ml.heads.ridge import fit_ridge
from ml.heads.soft_logistic import fit_soft_logistic
from ml.model import StepModel, TrainingSet
from ml.neighbour_graph import NeighbourGraph
from ml.propagation import propagated

PROPAGATING = ("propagation", "propagation_logistic")
Fit = Callable[[FrozenFinetune, Embedding, TrainingSet, NDArray[np.float32]], LinearHead]


def logistic(
    settings: FrozenFinetune, embedding: Embedding, training: TrainingSet, reference: NDArray[np.float32]
) -> LinearHead:
    """Return a logistic head."""
    return fit_logistic(
        embedding.features[training.rows],
        training.targets,
        training.categories,
        reference=reference,
        regularisation=settings.regularisation,
    )


def ridge(
    settings: FrozenFinetune, embedding: Embedding, training: TrainingSet, reference: NDArray[np.float32]
) -> LinearHead:
    """Return a ridge head."""
    return fit_ridge(
        embedding.features[training.rows],
        training.targets,
        training.categories,
        reference=reference,
        regularisation=settings.regularisation,
    )


def nearest_mean(
    _: FrozenFinetune, embedding: Embedding, training: TrainingSet, reference: NDArray[np.float32]
) -> LinearHead:
    """Return a nearest mean head; it has nothing to regularise."""
    return fit_nearest_mean(
        embedding.features[training.rows], training.targets, training.categories, reference=reference
    )


INDUCTIVE: dict[str, Fit] = {"logistic": logistic, "ridge": ridge, "nearest_mean": nearest_mean}


def fit_frozen(
    settings: FrozenFinetune,
    embedding: Embedding,
    training: TrainingSet,
    graph: NeighbourGraph | None,
    pool: int,
) -> StepModel:
    """Return the head that `settings` name; the first `pool` rows are the pool, joined by `graph`.

    Propagation answers for the pool only: images outside it, and the model that is exported, go by the linear
    head that learns from what was propagated. `propagation_logistic` uses that head for the pool as well.
    """
    reference = embedding.readable(pool)
    if settings.head not in PROPAGATING:
        head = INDUCTIVE[settings.head](settings, embedding, training, reference)
        return StepModel(head, embedding.features, head.probabilities(embedding.features))
    assert graph is not None, "a head that propagates needs the graph of the pool"
    shares = propagated(graph, training.rows, training.targets, training.categories)
    readable = np.flatnonzero(~embedding.unreadable[:pool])
    head = fit_soft_logistic(
        embedding.features[readable],
        shares[readable],
        np.searchsorted(readable, training.rows),
        training.targets,
        reference=reference,
        regularisation=settings.regularisation,
    )
    probabilities = head.probabilities(embedding.features)
    if settings.head == "propagation":
        probabilities[:pool] = shares
    return StepModel(head, embedding.features, probabilities)
