"""What the model of an earlier step says of images that came after it."""

import json
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from ml.encoders.backbone import open_encoder
from ml.encoders.embed import embed_images
from ml.errors import UnusableInputError
from ml.finetune.heads.linear import LinearHead
from ml.images.files.rule import EARLIER_RULE, reads_as_now
from ml.messages import EncoderFile, PredictRequest, PredictResult
from ml.progress import Progress, within
from ml.step.artefacts import HEADS, save_predictions
from ml.step.learning import mean_of


def predict(request: PredictRequest, progress: Progress) -> PredictResult:
    """Write what the model of `request` says of its images, as ml/step/artefacts.py says.

    Features are kept in the cache as they are computed: a run that is stopped or cancelled is gone on with.
    Raises UnusableInputError where the images would not be shown to the model as those that it learned from.
    """
    description = json.loads(request.description.read_text())
    if not reads_as_now(description):
        raise UnusableInputError(EARLIER_RULE)
    parts = parts_of(request, description)
    tensors, beliefs = load_file(request.head), []
    unreadable = np.zeros(len(request.images), dtype=np.bool_)
    for number, (name, encoder, described) in enumerate(parts):
        embedding = embed_images(
            open_encoder(encoder, request.cache_directory),
            request.images,
            described["image_size"],
            request.cache_directory,
            within(progress, 0.95 * number / len(parts), 0.95 * (number + 1) / len(parts)),
        )
        head = LinearHead(tensors[f"{name}.weight"], tensors[f"{name}.bias"], described["unit_length"])
        require_width(head, embedding.features.shape[1])
        beliefs.append(head.probabilities(embedding.features))
        unreadable |= embedding.unreadable
    progress(0.95, "predicting", f"{len(request.images):,} images")
    request.output_directory.mkdir(parents=True, exist_ok=True)
    ids = [image.id for image in request.images]
    lost = [ids[row] for row in np.flatnonzero(unreadable)]
    save_predictions(request.output_directory, mean_of(beliefs), ids, lost, description["categories"])
    progress(1.0, "done", "")
    return PredictResult(predicted=len(ids) - len(lost), unreadable=len(lost))


def parts_of(
    request: PredictRequest, description: dict[str, Any]
) -> list[tuple[str, EncoderFile, dict[str, Any]]]:
    """Return (name of the head, encoder, what describes both) of each encoder of the model.

    Raises UnusableInputError where the request has other encoders than the model: half of it is none.
    """
    encoders = [each for each in (request.encoder, request.second_encoder) if each is not None]
    descriptions = [description, *([description["second"]] if "second" in description else [])]
    if len(encoders) != len(descriptions):
        has = "averages two encoders" if len(descriptions) > 1 else "has one encoder"
        raise UnusableInputError(f"This model {has}, and was given {len(encoders)}.")
    return list(zip(HEADS, encoders, descriptions, strict=False))


def require_width(head: LinearHead, found: int) -> None:
    """Raise UnusableInputError where features of `found` numbers are not what `head` was trained on."""
    if found != head.weight.shape[1]:
        raise UnusableInputError(
            f"This model was trained on features of {head.weight.shape[1]} numbers, and its encoder gives "
            f"{found} now: start a new round."
        )
