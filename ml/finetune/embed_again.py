"""A model of what was trained, with features of all images."""

import numpy as np
from numpy.typing import NDArray
from torch import nn

from ml.encoders.embed import Embedded, compute_features
from ml.finetune.lora import merge_factors
from ml.finetune.model import StepModel
from ml.finetune.scaled_head import ScaledHead
from ml.finetune.training_set import TrainingSet
from ml.messages import ImageFile, StepRequest
from ml.progress import Progress


def trained_model(
    request: StepRequest,
    embedded: Embedded,
    training: TrainingSet,
    model: nn.Sequential,
    progress: Progress,
) -> StepModel:
    """Return `model` (network, head), once the encoder of `embedded`, with all its features."""
    network, head = model.eval()
    assert isinstance(head, ScaledHead)
    linear = head.linear_head(training.seen, training.categories)
    if getattr(request.config.finetune, "train", "all") == "head":  # the encoder is what it was
        features = embedded.embedding.features
        return StepModel(linear, features, linear.probabilities(features))
    merge_factors(network)
    encoder, size = embedded.encoder, embedded.embedding.image_size
    files = request.pool + request.test
    by_digest: dict[str, NDArray[np.float32]] = {}
    for readable, pooled in compute_features(encoder, network, distinct(files), size, progress):
        by_digest.update(zip((image.sha256 for image in readable), pooled, strict=True))
    nothing = np.zeros(linear.weight.shape[1], dtype=np.float32)
    features = np.stack([by_digest.get(image.sha256, nothing) for image in files])
    return StepModel(linear, features, linear.probabilities(features), network.state_dict())


def distinct(images: list[ImageFile]) -> list[ImageFile]:
    """Return the first of `images` with each content."""
    return list({image.sha256: image for image in reversed(images)}.values())[::-1]
