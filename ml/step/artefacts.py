"""The files of a step.

`step.safetensors`     probabilities float32[pool + test, C] when there is a model; cluster int32[pool] when
                       something was proposed (-1: took no part; i below m: nearest to the i-th labelled image
                       in pool order; else a new cluster).
`images.json`          the image ids in row order (`pool` of them, then the test images), those of them that
                       are `unreadable`, of which the probabilities say nothing, and the category ids.
`model.safetensors`    head.weight float32[C, D] and head.bias float32[C].
`model.json`           what is needed to use the head, in words and numbers.
`encoder.safetensors`  after a full finetune only: the encoder, for `ml.encoders.backbone.read_encoder`.
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from ml.encoders.backbone import Encoder, write_encoder
from ml.finetune.model import StepModel
from ml.images.files.rule import PREPROCESSING_VERSION, READING
from ml.messages import StepRequest
from ml.selection.protocol import Selection

FORMAT = 1
HEAD = (
    "logits = features @ head.weight.T + head.bias, with features divided by their L2 norm where unit_length "
    "is true; a bias of -inf marks a category without labels"
)


def save_step(
    request: StepRequest,
    probabilities: NDArray[np.float32] | None,
    selection: Selection | None,
    unreadable: list[str],
) -> None:
    """Write `step.safetensors` and `images.json`."""
    arrays: dict[str, NDArray[np.generic]] = {}
    if probabilities is not None:
        arrays["probabilities"] = probabilities
    if selection is not None:
        arrays["cluster"] = selection.clusters.astype(np.int32)
    save_file(arrays, request.output_directory / "step.safetensors")
    document = {
        "images": [image.id for image in request.pool + request.test],
        "pool": len(request.pool),
        "unreadable": unreadable,
        "categories": request.categories,
    }
    (request.output_directory / "images.json").write_text(json.dumps(document))


def save_predictions(
    directory: Path,
    probabilities: NDArray[np.float32],
    images: list[str],
    unreadable: list[str],
    categories: list[str],
) -> None:
    """Write `step.safetensors` and `images.json` of images that a step has not seen."""
    save_file({"probabilities": probabilities}, directory / "step.safetensors")
    document = {"images": images, "unreadable": unreadable, "categories": categories}
    (directory / "images.json").write_text(json.dumps(document))


def save_model(
    model: StepModel, encoder: Encoder, image_size: int, categories: list[str], directory: Path
) -> None:
    """Write `model.safetensors` and `model.json`, and `encoder.safetensors` of a finetuned encoder."""
    save_file(
        {"head.weight": model.head.weight, "head.bias": model.head.bias}, directory / "model.safetensors"
    )
    description = encoder.model_dump(exclude={"path", "sha256"}, mode="json")
    description["feature_dim"] = model.head.weight.shape[1]  # an older encoder may say otherwise
    sha256 = encoder.sha256
    if model.tensors is not None:
        sha256 = write_encoder(model.tensors, description, directory / "encoder.safetensors")
    document = {
        "format": FORMAT,
        "categories": categories,
        "encoder": {**description, "sha256": sha256, "finetuned": model.tensors is not None},
        "image_size": image_size,
        "preprocessing_version": PREPROCESSING_VERSION,
        "preprocessing": f"{READING}; RGB, {encoder.framing.described()}, (pixel / 255 - mean) / std",
        "features": "the pooled output of the encoder",
        "unit_length": model.head.unit_length,
        "head": HEAD,
    }
    (directory / "model.json").write_text(json.dumps(document, indent=2))
