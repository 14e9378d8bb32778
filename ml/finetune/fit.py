"""Turning labels into a model: a head on a frozen encoder, or both trained together."""

from ml.config import FixMatchFinetune, FrozenFinetune
from ml.encoders.embed import Embedded
from ml.finetune.fixmatch.train import finetune_by_fixmatch
from ml.finetune.frozen import fit_frozen
from ml.finetune.full import finetune_fully
from ml.finetune.model import StepModel
from ml.finetune.training_set import TrainingSet
from ml.messages import StepRequest
from ml.neighbours.graphs import PoolGraphs
from ml.progress import Progress


def fit(
    request: StepRequest,
    embedded: Embedded,
    training: TrainingSet,
    graphs: PoolGraphs | None,
    progress: Progress,
) -> StepModel:
    """Return a model trained on `training` in the way that the round's configuration names.

    `graphs` join the pool's images, on the features of `embedded`; heads that do not propagate go without.
    """
    settings = request.config.finetune
    if isinstance(settings, FrozenFinetune):
        return fit_frozen(settings, embedded.embedding, training, graphs, len(request.pool))
    if isinstance(settings, FixMatchFinetune):
        return finetune_by_fixmatch(request, embedded, training, progress)
    return finetune_fully(request, embedded, training, progress)
