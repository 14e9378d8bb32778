"""One evolution step as a computation: embed, finetune, score, select; nothing is written but caches."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.clustering.anchor_memory import AnchorMemory
from ml.encoders.embed import Embedded, Embedding
from ml.features.vectors import l2_normalised
from ml.finetune.model import StepModel
from ml.finetune.training_set import TrainingSet
from ml.messages import UNKNOWN, Accuracy, StepRequest
from ml.metrics.accuracy import accuracy
from ml.metrics.shift import shift
from ml.neighbours.graphs import PoolGraphs
from ml.progress import Progress, within
from ml.runtime import PhaseTimer, seed_everything
from ml.selection.protocol import Selection, SelectionInput, Selector
from ml.selection.registry import selector_of
from ml.step.learning import Learnt, averaged, embed_request, learn, needs_graph, propagates
from ml.step.weak import preferred_rows, selected, settled_rows


@dataclass(frozen=True)
class Evolution:
    """What a step computed, the selection being None when nothing was asked for.

    `confidences` float32[pool + test, C] and the model are None with fewer than two categories labelled.
    `second` is what was learnt on a second encoder; `confidences` are averaged then.
    """

    embedded: Embedded
    training: TrainingSet
    model: StepModel | None
    confidences: NDArray[np.float32] | None
    given: SelectionInput
    selection: Selection | None
    second: Learnt | None = None
    graphs: PoolGraphs | None = None


def evolve(
    request: StepRequest,
    progress: Progress,
    timer: PhaseTimer,
    *,
    selector: Selector | None = None,
    embedded: list[Embedded] | None = None,
    memory: AnchorMemory | None = None,
) -> Evolution:
    """Return the model of the labels of `request` and the selection that follows from it.

    `selector` replaces the strategy of the configuration (a simulation asks an oracle); `embedded` are the
    features of pool and test images, by each encoder, where the caller has kept them from an earlier step,
    and `memory` what that step knew of the labelled images. The first encoder alone selects.
    """
    seed_everything(request_seed(request))
    with timer.phase("embed"):
        embedded = embedded or embed_request(request, within(progress, 0.0, 0.6))
    first = embedded[0]
    training = training_set(request, first.embedding)
    learning = within(progress, 0.6, 0.85)
    own = within(learning, 0.0, 1 / len(embedded))
    learnt = learn(request, first, training, timer, own, graph_wanted=needs_graph(request.config))
    second: Learnt | None = None
    if len(embedded) > 1:
        rest = within(learning, 0.5, 1.0)
        second = learn(request, embedded[1], training, timer, rest, graph_wanted=propagates(request.config))
    model = learnt.model
    probabilities = model.probabilities if model is not None else None
    given = replace(
        selection_input(request, first.embedding, training, probabilities),
        features=unit_features(model, first.embedding)[: len(request.pool)],
        probabilities=probabilities[: len(request.pool)] if probabilities is not None else None,
        graph=learnt.graphs.plain if learnt.graphs else None,
        features_key=learnt.key if model is None or model.tensors is None else None,
        memory=memory or AnchorMemory(),
    )
    if request.pending:
        given = with_pending(given, request)
    selection: Selection | None = None
    if request.ask:
        with timer.phase("propose"):
            progress(0.85, "proposing", f"{request.ask:,} eigen-samples")
            chosen = selector or selector_of(request.config)
            selection = selected(given, preferred_rows(request, given), chosen)
    models = [each.model for each in (learnt, second) if each is not None and each.model is not None]
    confidences = averaged(models) if models else None
    return Evolution(first, training, model, confidences, given, selection, second, learnt.graphs)


def unit_features(model: StepModel | None, embedding: Embedding) -> NDArray[np.float32]:
    """Return the L2-normalised features [N, D] of the model, which are the encoder's while it is frozen."""
    if model is None or model.features is embedding.features:
        return embedding.normalised
    return l2_normalised(model.features)


def request_seed(request: StepRequest) -> int:
    """Return the seed of the step: the steps of a round draw different numbers."""
    state = np.random.SeedSequence([request.config.seed, request.step]).generate_state(1)
    return int(state[0] % 2**31)


def training_set(request: StepRequest, embedding: Embedding) -> TrainingSet:
    """Return the readable labelled images in pool order, those with a weak label too where they are used."""
    labels = (request.weak | request.labels) if request.config.weak_labels else request.labels
    pairs = [
        (row, labels[image.id])
        for row, image in enumerate(request.pool)
        if image.id in labels and not embedding.unreadable[row]
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return TrainingSet(table[:, 0], table[:, 1], len(request.categories))


def selection_input(
    request: StepRequest,
    embedding: Embedding,
    training: TrainingSet,
    probabilities: NDArray[np.float32] | None,
) -> SelectionInput:
    """Return what the strategy may choose from: readable, unlabelled pool images that are not excluded.

    Of those with a weak label only what the model calls otherwise. The features are the encoder's, before any
    finetuning.
    """
    taken = embedding.unreadable[: len(request.pool)].copy()
    excluded = set(request.excluded) | set(request.labels)
    taken |= np.array([image.id in excluded for image in request.pool], dtype=np.bool_)
    taken[settled_rows(request, probabilities)] = True
    return SelectionInput(
        embedding.normalised[: len(request.pool)],
        training.rows,
        np.flatnonzero(~taken),
        request.ask,
        request_seed(request),
        targets=training.targets,
    )


def with_pending(given: SelectionInput, request: StepRequest) -> SelectionInput:
    """Return `given` with the images that people have been asked about as anchors too, before their answers.

    What the model makes of them stands for the answer; without a model any one category does: none differs.
    """
    asked = set(request.pending) - set(request.labels)
    rows = np.array([row for row, image in enumerate(request.pool) if image.id in asked], dtype=np.int64)
    known = given.targets if given.targets is not None else np.zeros(len(given.labelled), dtype=np.int64)
    guesses = np.full(len(rows), known[0] if len(known) else 0, dtype=np.int64)
    if given.probabilities is not None:
        guesses = given.probabilities[rows].argmax(axis=1).astype(np.int64)
    labelled, targets = np.concatenate([given.labelled, rows]), np.concatenate([known, guesses])
    order = np.argsort(labelled)
    return replace(
        given,
        labelled=labelled[order],
        targets=targets[order],
        eligible=np.setdiff1d(given.eligible, rows),
    )


def score(
    request: StepRequest, confidences: NDArray[np.float32] | None, shares: NDArray[np.float64] | None = None
) -> Accuracy | None:
    """Return the accuracy on the test images, or None without a model or known truth.

    `shares` float64[C] are those of the categories in the pool, estimated where they are not given.
    """
    if confidences is None or not request.test_truth:
        return None
    pool, test = confidences[: len(request.pool)], confidences[len(request.pool) :]
    truth = np.array(request.test_truth, dtype=np.int64)
    known = truth != UNKNOWN
    if shares is not None or not known.any() or not len(pool):
        return accuracy(test.argmax(axis=1), truth, shares)
    found = shift(pool, test[known], truth[known])
    measured = accuracy(test.argmax(axis=1), truth, found.shares)
    return measured and measured.model_copy(update={"apart": found.distance if found.matters else None})
