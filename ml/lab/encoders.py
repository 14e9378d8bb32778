"""Which encoder a command means: the bundled one, a timm model, or a file that `eigenlab pretrain` wrote."""

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open

from ml.backbone import METADATA_KEY, sha256_of
from ml.config import BundledEncoder, PretrainedEncoder, TimmEncoder
from ml.errors import UnusableInputError
from ml.lab.options import BUNDLED_NAME
from ml.messages import EncoderFile

SUFFIX = ".safetensors"


def encoder_named(name: str, image_size: int | None) -> EncoderFile:
    """Return the encoder called `name`; UnusableInputError where a file of that name is none."""
    if name == BUNDLED_NAME:
        return EncoderFile(spec=BundledEncoder(image_size=image_size))
    if not name.endswith(SUFFIX):
        return EncoderFile(spec=TimmEncoder(name=name, image_size=image_size))
    try:
        with safe_open(name, framework="pt") as file:
            description = json.loads((file.metadata() or {})[METADATA_KEY])
        spec = PretrainedEncoder(config=description["pretraining"])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise UnusableInputError(f"{name} is not an encoder that eigenlab pretrain wrote") from error
    return EncoderFile(spec=spec, weights=name, sha256=sha256_of(Path(name)))
