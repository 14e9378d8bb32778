"""Features of all images by an encoder that has just been trained."""

import numpy as np
from numpy.typing import NDArray
from torch import nn

from ml.encoders.embed import Embedded, compute_features
from ml.finetune.heads.linear import LinearHead
from ml.finetune.lora import merge_factors
from ml.finetune.model import StepModel
from ml.messages import ImageFile
from ml.progress import Progress


def trained_model(
    embedded: Embedded, network: nn.Module, head: LinearHead, files: list[ImageFile], progress: Progress
) -> StepModel:
    """Return `network`, once the encoder of `embedded`, and `head` as a model, with features of `files`."""
    network.eval()
    merge_factors(network)
    encoder, size = embedded.encoder, embedded.embedding.image_size
    by_digest: dict[str, NDArray[np.float32]] = {}
    for readable, pooled in compute_features(encoder, network, distinct(files), size, progress):
        by_digest.update(zip((image.sha256 for image in readable), pooled, strict=True))
    nothing = np.zeros(head.weight.shape[1], dtype=np.float32)
    features = np.stack([by_digest.get(image.sha256, nothing) for image in files])
    return StepModel(head, features, head.probabilities(features), network.state_dict())


def distinct(images: list[ImageFile]) -> list[ImageFile]:
    """Return the first of `images` with each content."""
    return list({image.sha256: image for image in reversed(images)}.values())[::-1]
