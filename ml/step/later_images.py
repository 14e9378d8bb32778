"""What the model of an earlier step says of images that came after it."""

import json

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from ml.encoders.backbone import open_encoder
from ml.encoders.embed import embed_images
from ml.errors import UnusableInputError
from ml.finetune.heads.linear import LinearHead
from ml.images.files.rule import EARLIER_RULE, reads_as_now
from ml.messages import PredictRequest, PredictResult
from ml.progress import Progress, within
from ml.step.artefacts import save_predictions


def predict(request: PredictRequest, progress: Progress) -> PredictResult:
    """Write what the model of `request` says of its images, as ml/step/artefacts.py says.

    Features are kept in the cache as they are computed: a run that is stopped or cancelled is gone on with.
    Raises UnusableInputError where the images would not be shown to the model as those that it learned from.
    """
    description = json.loads(request.description.read_text())
    if not reads_as_now(description):
        raise UnusableInputError(EARLIER_RULE)
    encoder = open_encoder(request.encoder, request.cache_directory)
    embedding = embed_images(
        encoder,
        request.images,
        description["image_size"],
        request.cache_directory,
        within(progress, 0.0, 0.95),
    )
    progress(0.95, "predicting", f"{len(request.images):,} images")
    tensors = load_file(request.head)
    head = LinearHead(tensors["head.weight"], tensors["head.bias"], description["unit_length"])
    require_width(head, embedding.features.shape[1])
    chances: NDArray[np.float32] = head.probabilities(embedding.features)
    request.output_directory.mkdir(parents=True, exist_ok=True)
    ids = [image.id for image in request.images]
    unreadable = [name for name, lost in zip(ids, embedding.unreadable, strict=True) if lost]
    save_predictions(request.output_directory, chances, ids, unreadable, description["categories"])
    progress(1.0, "done", "")
    return PredictResult(predicted=len(ids) - len(unreadable), unreadable=len(unreadable))


def require_width(head: LinearHead, found: int) -> None:
    """Raise UnusableInputError where features of `found` numbers are not what `head` was trained on."""
    if found != head.weight.shape[1]:
        raise UnusableInputError(
            f"This model was trained on features of {head.weight.shape[1]} numbers, and its encoder gives "
            f"{found} now: start a new round."
        )
