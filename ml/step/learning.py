"""What a step learns on one encoder, and the average of what it learns on two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.config import ONLY_FROZEN_AVERAGED, FrozenFinetune, RoundConfig, can_be_averaged
from ml.encoders.embed import Embedded, embed_collection
from ml.errors import UnusableInputError
from ml.finetune.fit import fit
from ml.finetune.frozen import CENTRING, PROPAGATING
from ml.finetune.model import StepModel
from ml.finetune.training_set import TrainingSet
from ml.messages import StepRequest
from ml.neighbours.graphs import PoolGraphs, cached_graphs
from ml.progress import Progress, within
from ml.runtime import PhaseTimer
from ml.selection.registry import WITH_GRAPH
from ml.step.features_key import features_key


@dataclass(frozen=True)
class Learnt:
    """What `embedded` are called (`key`), the graphs of the pool where needed, and the model on them.

    The model is None with fewer than two categories labelled.
    """

    embedded: Embedded
    key: str
    graphs: PoolGraphs | None
    model: StepModel | None


def embed_request(request: StepRequest, progress: Progress) -> list[Embedded]:
    """Return the features of the pool and test images of `request`, in that order, by each of its encoders.

    Raises UnusableInputError for two encoders where the round finetunes them.
    """
    encoders = [each for each in (request.encoder, request.second_encoder) if each is not None]
    if len(encoders) > 1 and not can_be_averaged(request.config.finetune):
        raise UnusableInputError(ONLY_FROZEN_AVERAGED)
    return readable_in_all(
        [
            embed_collection(
                encoder,
                request.pool,
                request.test,
                request.cache_directory,
                within(progress, number / len(encoders), (number + 1) / len(encoders)),
            )
            for number, encoder in enumerate(encoders)
        ]
    )


def readable_in_all(found: list[Embedded]) -> list[Embedded]:
    """Return `found`, an image that one encoder could not read being unreadable for all."""
    lost = np.logical_or.reduce([each.embedding.unreadable for each in found])
    if all(np.array_equal(each.embedding.unreadable, lost) for each in found):
        return found
    return [replace(each, embedding=replace(each.embedding, unreadable=lost)) for each in found]


def learn(
    request: StepRequest,
    embedded: Embedded,
    training: TrainingSet,
    timer: PhaseTimer,
    progress: Progress,
    *,
    graph_wanted: bool,
) -> Learnt:
    """Return the model of `training` on the features of `embedded`, with graphs where they are wanted."""
    key = features_key(request, embedded)
    graphs: PoolGraphs | None = None
    if graph_wanted:
        with timer.phase("graph"):
            progress(0.0, "finding neighbours", f"{len(request.pool):,} images")
            unit = embedded.embedding.normalised[: len(request.pool)]
            centred = centres(request.config)
            graphs = cached_graphs(request.cache_directory, unit, key, centred=centred)
    model: StepModel | None = None
    if len(training.seen) > 1:
        with timer.phase("finetune"):
            progress(0.0, "finetuning", f"{len(training.rows):,} labels")
            model = fit(request, embedded, training, graphs, progress)
    return Learnt(embedded, key, graphs, model)


def averaged(models: Sequence[StepModel]) -> NDArray[np.float32]:
    """Return the mean of what `models` believe, float32[N, C]: each at its own temperature."""
    return mean_of([model.confidences for model in models])


def mean_of(beliefs: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the mean of probabilities float32[N, C]; those of one as they are."""
    return beliefs[0] if len(beliefs) == 1 else np.mean(beliefs, axis=0, dtype=np.float32)


def propagates(config: RoundConfig) -> bool:
    """Return whether the head of a round spreads labels over the neighbour graph."""
    return isinstance(config.finetune, FrozenFinetune) and config.finetune.head in PROPAGATING


def centres(config: RoundConfig) -> bool:
    """Return whether the head of a round spreads labels over the centred graph too."""
    return isinstance(config.finetune, FrozenFinetune) and config.finetune.head in CENTRING


def needs_graph(config: RoundConfig) -> bool:
    """Return whether a round looks at each image's neighbours, and these stay the same from step to step."""
    frozen = isinstance(config.finetune, FrozenFinetune)
    return frozen and (propagates(config) or config.strategy.kind in WITH_GRAPH)
