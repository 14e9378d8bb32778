"""Which encoder a command means: the bundled one, a timm model, or a file that `eigenlab` wrote."""

import json
import os
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from ml.config import (
    BundledEncoder,
    CheckpointEncoder,
    CheckpointLayout,
    EncoderSpec,
    PretrainedEncoder,
    TimmEncoder,
)
from ml.encoders.backbone import METADATA_KEY, Encoder, materialise
from ml.encoders.checkpoints.reading import located
from ml.errors import UnusableInputError
from ml.lab.options import BUNDLED_NAME
from ml.messages import EncoderFile
from ml.whole_file import sha256_of

SUFFIX = ".safetensors"
POOLING = ":"
FOLDER = "EIGENLABEL_WEIGHTS_DIRECTORY"


def encoder_named(name: str, image_size: int | None) -> EncoderFile:
    """Return the encoder called `name`; UnusableInputError where a file of that name is none.

    `NAME:token` is a timm model with its class token as features. Pretrained weights are looked for in the
    folder that the environment names, as the service does.
    """
    if name == BUNDLED_NAME:
        return EncoderFile(spec=BundledEncoder(image_size=image_size))
    if not name.endswith(SUFFIX):
        model, _, pooling = name.partition(POOLING)
        settings = {"name": model, "image_size": image_size, "pooling": pooling or None}
        return EncoderFile(spec=TimmEncoder.model_validate(settings), folder=os.environ.get(FOLDER))
    try:
        with safe_open(name, framework="pt") as file:
            description = json.loads((file.metadata() or {})[METADATA_KEY])
        spec = described_spec(description, image_size)
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise UnusableInputError(f"{name} is not an encoder that eigenlab wrote") from error
    return EncoderFile(spec=spec, weights=name, sha256=sha256_of(Path(name)))


def described_spec(description: dict[str, Any], image_size: int | None) -> EncoderSpec:
    """Return what a file says that it is: pretrained here, or read from a checkpoint of others."""
    if description.get("checkpoint"):
        return CheckpointEncoder(**description["checkpoint"], image_size=image_size)
    return PretrainedEncoder(config=description["pretraining"])


def import_file(
    path: Path, layout: CheckpointLayout | None, out: Path, *, keep_first_layer: bool = False
) -> Encoder:
    """Write the encoder in the checkpoint of others at `path` to `out`, and return it.

    What the checkpoint knows of its training is written beside it.
    """
    if out.suffix != SUFFIX:
        raise UnusableInputError(f"an encoder is a file that ends in {SUFFIX}")
    file = located(path)
    out.parent.mkdir(parents=True, exist_ok=True)
    spec = CheckpointEncoder(file=file.name, layout=layout, keep_first_layer=keep_first_layer)
    return materialise(spec, out, file.parent, keeping=True)
