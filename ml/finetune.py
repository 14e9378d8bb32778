"""Turning labels into a model: a linear head on a frozen encoder, or both trained together."""

from ml.backbone import Encoder
from ml.config import FullFinetune
from ml.embed import Embedding
from ml.full_finetune import finetune_fully
from ml.head import fit_head
from ml.messages import StepRequest
from ml.model import StepModel, TrainingSet
from ml.progress import Progress


def fit(
    request: StepRequest, encoder: Encoder, embedding: Embedding, training: TrainingSet, progress: Progress
) -> StepModel:
    """Return a model trained on `training` in the way that the round's configuration names."""
    settings = request.config.finetune
    if isinstance(settings, FullFinetune):
        return finetune_fully(request, encoder, embedding, training, progress)
    head = fit_head(
        embedding.features[training.rows],
        training.targets,
        training.categories,
        reference=embedding.readable(len(request.pool)),
        regularisation=settings.regularisation,
    )
    return StepModel(head, embedding.features)
