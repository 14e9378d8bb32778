"""The heads that a frozen encoder can have, by the name in the round's configuration."""

import numpy as np
from numpy.typing import NDArray

from ml.config import FrozenFinetune
from ml.encoders.embed import Embedding
from ml.finetune.heads.linear import LinearHead
from ml.finetune.heads.logistic import fit_logistic
from ml.finetune.heads.nearest_mean import fit_nearest_mean
from ml.finetune.heads.pseudo_logistic import BALANCED, Weighting, fit_pseudo_logistic
from ml.finetune.heads.ridge import fit_ridge
from ml.finetune.heads.temperature import OUTSIDE, temperature_of
from ml.finetune.model import StepModel
from ml.finetune.training_set import TrainingSet
from ml.neighbours.graphs import PoolGraphs
from ml.neighbours.propagation import propagated

PROPAGATING = ("propagation", "propagation_logistic", "balanced_propagation")
# Heads that spread labels over the centred graph too.
CENTRING = ("balanced_propagation",)
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
    graphs: PoolGraphs | None,
    pool: int,
) -> StepModel:
    """Return the head that `settings` name; the first `pool` rows are the pool, joined by `graphs`.

    Propagation answers for the pool only: images outside it, and the model that is exported, go by a linear
    head that learns what was propagated. `propagation_logistic` uses such a head for the pool as well, and
    lets it learn from what a logistic head believes, too. `balanced_propagation` believes what spreads over
    two graphs, lets the labels count for more, and what it takes for a frequent category for less.
    """
    reference = embedding.readable(pool)
    temperature = temperature_of(settings.head, training)
    if settings.head not in PROPAGATING:
        head = fit_to_labels(settings, settings.head, embedding, training, reference)
        probabilities = head.probabilities(embedding.features)
        return StepModel(head.at(temperature), embedding.features, probabilities, temperature=temperature)
    assert graphs is not None, "a head that propagates needs the graph of the pool"
    shares = propagated(graphs.plain, training.rows, training.targets, training.categories)
    belief, weighting = shares, Weighting()
    if settings.head != "propagation":
        supervised = fit_to_labels(settings, "logistic", embedding, training, reference)
        others = shares
        if settings.head in CENTRING:
            assert graphs.centred is not None, "this head needs the centred graph too"
            others = propagated(graphs.centred, training.rows, training.targets, training.categories)
            weighting = BALANCED
        belief = combined(shares, others, supervised.probabilities(embedding.features[:pool]))
    readable = np.flatnonzero(~embedding.unreadable[:pool])
    head = fit_pseudo_logistic(
        embedding.features[readable],
        belief[readable],
        np.searchsorted(readable, training.rows),
        training.targets,
        reference=reference,
        regularisation=settings.regularisation,
        weighting=weighting,
    )
    probabilities = head.probabilities(embedding.features)
    temperatures = np.full((len(probabilities), 1), temperature, dtype=np.float32)
    if settings.head == "propagation":
        probabilities[:pool] = shares
        temperatures[pool:] = temperature = temperature_of(OUTSIDE, training)
    return StepModel(head.at(temperature), embedding.features, probabilities, temperature=temperatures)


def combined(
    shares: NDArray[np.float32], others: NDArray[np.float32], guesses: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return float32[N, C], shares * others * guesses^(1/2) with rows that sum to 1.

    `others` are shares over another graph, or the same again.
    What propagation says is flat, what few labels teach a classifier is narrow: the exponents, chosen on the
    pools of pets37, trashnet, eurosat and the digits, make up for both.
    """
    product = shares * others * np.sqrt(guesses)
    total = np.maximum(product.sum(axis=1, keepdims=True), 1e-30)
    return np.asarray(product / total, dtype=np.float32)
