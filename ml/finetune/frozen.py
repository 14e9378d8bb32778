"""The heads that a frozen encoder can have, by the name in the round's configuration."""

import numpy as np
from numpy.typing import NDArray

from ml.config import FrozenFinetune
from ml.encoders.embed import Embedding
from ml.finetune.heads.linear import LinearHead
from ml.finetune.heads.logistic import fit_logistic
from ml.finetune.heads.nearest_mean import fit_nearest_mean
from ml.finetune.heads.pseudo_logistic import fit_pseudo_logistic
from ml.finetune.heads.ridge import fit_ridge
from ml.finetune.heads.temperature import OUTSIDE, temperature_of
from ml.finetune.model import StepModel
from ml.finetune.training_set import TrainingSet
from ml.neighbours.graph import NeighbourGraph
from ml.neighbours.propagation import propagated

PROPAGATING = ("propagation", "propagation_logistic")
REGULARISED = {"logistic": fit_logistic, "ridge": fit_ridge}


def fit_to_labels(
    settings: FrozenFinetune,
    head: str,
    embedding: Embedding,
    training: TrainingSet,
    reference: NDArray[np.float32],
) -> LinearHead:
    """Return the head called `head`, fitted to the labelled images alone."""
    features, targets = embedding.features[training.rows], training.targets
    if head == "nearest_mean":  # which has nothing to regularise
        return fit_nearest_mean(features, targets, training.categories, reference=reference)
    return REGULARISED[head](
        features,
        targets,
        training.categories,
        reference=reference,
        regularisation=settings.regularisation,
    )


def fit_frozen(
    settings: FrozenFinetune,
    embedding: Embedding,
    training: TrainingSet,
    graph: NeighbourGraph | None,
    pool: int,
) -> StepModel:
    """Return the head that `settings` name; the first `pool` rows are the pool, joined by `graph`.

    Propagation answers for the pool only: images outside it, and the model that is exported, go by a linear
    head that learns what was propagated. `propagation_logistic` uses such a head for the pool as well, and
    lets it learn from what a logistic head believes, too.
    """
    reference = embedding.readable(pool)
    temperature = temperature_of(settings.head, training)
    if settings.head not in PROPAGATING:
        head = fit_to_labels(settings, settings.head, embedding, training, reference)
        probabilities = head.probabilities(embedding.features)
        return StepModel(head.at(temperature), embedding.features, probabilities, temperature=temperature)
    assert graph is not None, "a head that propagates needs the graph of the pool"
    shares = propagated(graph, training.rows, training.targets, training.categories)
    belief = shares
    if settings.head == "propagation_logistic":
        supervised = fit_to_labels(settings, "logistic", embedding, training, reference)
        belief = combined(shares, supervised.probabilities(embedding.features[:pool]))
    readable = np.flatnonzero(~embedding.unreadable[:pool])
    head = fit_pseudo_logistic(
        embedding.features[readable],
        belief[readable],
        np.searchsorted(readable, training.rows),
        training.targets,
        reference=reference,
        regularisation=settings.regularisation,
    )
    probabilities = head.probabilities(embedding.features)
    temperatures = np.full((len(probabilities), 1), temperature, dtype=np.float32)
    if settings.head == "propagation":
        probabilities[:pool] = shares
        temperatures[pool:] = temperature = temperature_of(OUTSIDE, training)
    return StepModel(head.at(temperature), embedding.features, probabilities, temperature=temperatures)


def combined(shares: NDArray[np.float32], guesses: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return float32[N, C], shares^2 * guesses^(1/2) with rows that sum to 1.

    What propagation says is flat, what few labels teach a classifier is narrow: the exponents, chosen on the
    pools of pets37, trashnet, eurosat and the digits, make up for both.
    """
    product = np.square(shares) * np.sqrt(guesses)
    total = np.maximum(product.sum(axis=1, keepdims=True), 1e-30)
    return np.asarray(product / total, dtype=np.float32)
