"""The files of a step.

`step.safetensors`     probabilities float32[pool + test, C] when there is a model; cluster int32[pool] when
                       something was proposed (-1: took no part; i below m: nearest to the i-th labelled image
                       in pool order, weak labels included where they are used; else a new cluster), and
                       likeness float32[pool], how near the image is to the eigen-sample of such a cluster.
`images.json`          the image ids in row order (`pool` of them, then the test images), those of them that
                       are `unreadable`, of which the probabilities say nothing, and the category ids.
`model.safetensors`    head.weight float32[C, D] and head.bias float32[C]; where two encoders are averaged,
                       second_head.weight and second_head.bias too.
`model.json`           what is needed to use the heads, in words and numbers.
`encoder.safetensors`  after a full finetune only: the encoder, for `ml.encoders.backbone.read_encoder`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from ml.encoders.backbone import write_encoder
from ml.encoders.embed import Embedded
from ml.finetune.model import StepModel
from ml.images.files.rule import PREPROCESSING_VERSION, READING
from ml.messages import StepRequest
from ml.selection.protocol import Selection, SelectionInput
from ml.step.proposals import likeness

FORMAT = 1
FORMAT_OF_TWO = 2
"""Of a model with two encoders: whoever knows the first format only must not take half of it for all."""
HEADS = ("head", "second_head")
HEAD = (
    "logits = features @ head.weight.T + head.bias, with features divided by their L2 norm where unit_length "
    "is true; a bias of -inf marks a category without labels"
)
AVERAGE = (
    "probabilities = (softmax(logits of head on encoder.safetensors) + softmax(logits of second_head on "
    "second_encoder.safetensors)) / 2; what describes the second encoder and its head stands here"
)


@dataclass(frozen=True)
class Part:
    """A model on one encoder, and what the encoder made of the images."""

    model: StepModel
    embedded: Embedded


def save_step(
    request: StepRequest,
    probabilities: NDArray[np.float32] | None,
    given: SelectionInput,
    selection: Selection | None,
    unreadable: list[str],
) -> None:
    """Write `step.safetensors` and `images.json`."""
    arrays: dict[str, NDArray[np.generic]] = {}
    if probabilities is not None:
        arrays["probabilities"] = probabilities
    if selection is not None:
        arrays["cluster"] = selection.clusters.astype(np.int32)
        arrays["likeness"] = likeness(given, selection)
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


def save_model(parts: Sequence[Part], categories: list[str], directory: Path) -> None:
    """Write `model.safetensors` and `model.json`, and `encoder.safetensors` of a finetuned encoder.

    Of two `parts`, both with the encoder as it was, the probabilities are to be averaged.
    """
    tensors: dict[str, NDArray[np.float32]] = {}
    for name, part in zip(HEADS, parts, strict=False):
        head = part.model.head
        tensors |= {f"{name}.weight": head.weight, f"{name}.bias": head.bias}
    save_file(tensors, directory / "model.safetensors")
    first, *others = (described(part, directory / "encoder.safetensors") for part in parts)
    document = {"format": FORMAT_OF_TWO if others else FORMAT, "categories": categories, **first}
    for second in others:
        document["second"] = {"average": AVERAGE, **second}
    (directory / "model.json").write_text(json.dumps(document, indent=2))


def described(part: Part, path: Path) -> dict[str, object]:
    """Return what is needed to use the model of `part`; a finetuned encoder is written to `path`."""
    model, encoder = part.model, part.embedded.encoder
    description = encoder.model_dump(exclude={"path", "sha256"}, mode="json")
    description["feature_dim"] = model.head.weight.shape[1]  # an older encoder may say otherwise
    sha256 = encoder.sha256
    if model.tensors is not None:
        sha256 = write_encoder(model.tensors, description, path)
    return {
        "encoder": {**description, "sha256": sha256, "finetuned": model.tensors is not None},
        "image_size": part.embedded.embedding.image_size,
        "preprocessing_version": PREPROCESSING_VERSION,
        "preprocessing": f"{READING}; RGB, {encoder.framing.described()}, (pixel / 255 - mean) / std",
        "features": "the pooled output of the encoder",
        "unit_length": model.head.unit_length,
        "head": HEAD,
    }
