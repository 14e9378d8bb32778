"""One evolution step as a computation: embed, finetune, score, select; nothing is written but caches."""

from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from ml.clustering.anchor_memory import AnchorMemory
from ml.config import FrozenFinetune, RoundConfig
from ml.encoders.embed import Embedded, Embedding, embed_collection
from ml.features.vectors import l2_normalised
from ml.finetune.fit import fit
from ml.finetune.frozen import PROPAGATING
from ml.finetune.model import StepModel
from ml.finetune.training_set import TrainingSet
from ml.messages import Accuracy, StepRequest
from ml.metrics.accuracy import accuracy
from ml.neighbours.graph import NeighbourGraph, cached_graph
from ml.progress import Progress, within
from ml.runtime import PhaseTimer, seed_everything
from ml.selection.protocol import Selection, SelectionInput, Selector
from ml.selection.registry import WITH_GRAPH, selector_of

# Rows of features that are part of their name.
KEY_ROWS = 512


@dataclass(frozen=True)
class Evolution:
    """What a step computed: `confidences` float32[pool + test, C] and the model, None with fewer than two
    categories labelled, and the selection, None when nothing was asked for."""

    embedded: Embedded
    training: TrainingSet
    model: StepModel | None
    confidences: NDArray[np.float32] | None
    given: SelectionInput
    selection: Selection | None


def evolve(
    request: StepRequest,
    progress: Progress,
    timer: PhaseTimer,
    *,
    selector: Selector | None = None,
    embedded: Embedded | None = None,
    memory: AnchorMemory | None = None,
) -> Evolution:
    """Return the model of the labels of `request` and the selection that follows from it.

    `selector` replaces the strategy of the configuration (a simulation asks an oracle); `embedded` are the
    features of pool and test images where the caller has kept them from an earlier step,
    and `memory` what that step knew of the labelled images.
    """
    seed_everything(request_seed(request))
    with timer.phase("embed"):
        embedded = embedded or embed_request(request, within(progress, 0.0, 0.6))
    embedding = embedded.embedding
    training = training_set(request, embedding)
    key = features_key(request, embedded)
    graph: NeighbourGraph | None = None
    if needs_graph(request.config):
        with timer.phase("graph"):
            progress(0.6, "finding neighbours", f"{len(request.pool):,} images")
            graph = cached_graph(request.cache_directory, embedding.normalised[: len(request.pool)], key)
    model: StepModel | None = None
    probabilities: NDArray[np.float32] | None = None
    if len(training.seen) > 1:
        with timer.phase("finetune"):
            progress(0.6, "finetuning", f"{len(training.rows):,} labels")
            model = fit(request, embedded, training, graph, within(progress, 0.6, 0.85))
            probabilities = model.probabilities
    given = replace(
        selection_input(request, embedding, training),
        features=unit_features(model, embedding)[: len(request.pool)],
        probabilities=probabilities[: len(request.pool)] if probabilities is not None else None,
        graph=graph,
        features_key=key if model is None or model.tensors is None else None,
        memory=memory or AnchorMemory(),
    )
    selection: Selection | None = None
    if request.ask:
        with timer.phase("propose"):
            progress(0.85, "proposing", f"{request.ask:,} eigen-samples")
            selection = (selector or selector_of(request.config))(given)
    confidences = model.confidences if model is not None else None
    return Evolution(embedded, training, model, confidences, given, selection)


def embed_request(request: StepRequest, progress: Progress) -> Embedded:
    """Return the features of the pool and test images of `request`, in that order."""
    return embed_collection(request.encoder, request.pool, request.test, request.cache_directory, progress)


def unit_features(model: StepModel | None, embedding: Embedding) -> NDArray[np.float32]:
    """Return the L2-normalised features [N, D] of the model, which are the encoder's while it is frozen."""
    if model is None or model.features is embedding.features:
        return embedding.normalised
    return l2_normalised(model.features)


def needs_graph(config: RoundConfig) -> bool:
    """Return whether a round looks at each image's neighbours, and these stay the same from step to step."""
    finetune = config.finetune
    if not isinstance(finetune, FrozenFinetune):
        return False
    return finetune.head in PROPAGATING or config.strategy.kind in WITH_GRAPH


def features_key(request: StepRequest, embedded: Embedded) -> str:
    """Return a name for the features that the encoder as it is gives the pool.

    It holds some of the features too, in case the same images were embedded again and rounded otherwise.
    """
    count, embedding = len(request.pool), embedded.embedding
    digest = sha256(f"{embedded.encoder.sha256} {embedding.image_size}".encode())
    for image in request.pool:
        digest.update(image.sha256.encode())
    digest.update(embedding.unreadable[:count].tobytes())
    digest.update(embedding.features[: count : max(1, count // KEY_ROWS)].tobytes())
    return digest.hexdigest()


def request_seed(request: StepRequest) -> int:
    """Return the seed of the step: the steps of a round draw different numbers."""
    state = np.random.SeedSequence([request.config.seed, request.step]).generate_state(1)
    return int(state[0] % 2**31)


def training_set(request: StepRequest, embedding: Embedding) -> TrainingSet:
    """Return the readable labelled images in pool order."""
    pairs = [
        (row, request.labels[image.id])
        for row, image in enumerate(request.pool)
        if image.id in request.labels and not embedding.unreadable[row]
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return TrainingSet(table[:, 0], table[:, 1], len(request.categories))


def selection_input(request: StepRequest, embedding: Embedding, training: TrainingSet) -> SelectionInput:
    """Return what the strategy may choose from: readable, unlabelled pool images that are not excluded.

    The features are the encoder's, before any finetuning.
    """
    taken = embedding.unreadable[: len(request.pool)].copy()
    excluded = set(request.excluded) | set(request.labels)
    taken |= np.array([image.id in excluded for image in request.pool], dtype=np.bool_)
    return SelectionInput(
        embedding.normalised[: len(request.pool)],
        training.rows,
        np.flatnonzero(~taken),
        request.ask,
        request_seed(request),
        targets=training.targets,
    )


def score(request: StepRequest, confidences: NDArray[np.float32] | None) -> Accuracy | None:
    """Return the accuracy on the test images, or None without a model or known truth."""
    if confidences is None or not request.test_truth:
        return None
    predicted = confidences[len(request.pool) :].argmax(axis=1)
    return accuracy(predicted, np.array(request.test_truth, dtype=np.int64))
