"""Turning labels into a model: a linear head on a frozen encoder, or both together."""

import numpy as np
from numpy.typing import NDArray

from ml.backbone import Encoder
from ml.config import FrozenFinetune
from ml.embed import Embedding
from ml.full_finetune import finetune_fully
from ml.head import fit_head
from ml.messages import StepRequest
from ml.model import StepModel
from ml.runtime import Progress


def fit(
    request: StepRequest,
    encoder: Encoder,
    embedding: Embedding,
    rows: NDArray[np.int64],
    targets: NDArray[np.int64],
    progress: Progress,
) -> StepModel:
    """Return a model trained on pool `rows` int64[m] with `targets` int64[m], by the round's way of finetuning."""
    if isinstance(request.config.finetune, FrozenFinetune):
        pool = embedding.features[: len(request.pool)][~embedding.unreadable[: len(request.pool)]]
        strength = request.config.finetune.regularisation
        head = fit_head(embedding.features[rows], targets, len(request.categories), pool, strength)
        return StepModel(head, embedding.features)
    return finetune_fully(request, encoder, embedding, rows, targets, progress)
