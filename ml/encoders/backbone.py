"""Encoders: networks, without their classifiers, that turn pixels into pooled features.

An encoder is one safetensors file: weights under timm's names, and a description in its metadata. Reading the
description does not build the network, so that a step whose features are cached never waits for timm.
"""

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from ml.config import CheckpointEncoder, CheckpointLayout, EncoderSpec, TimmEncoder
from ml.encoders import timm_weights
from ml.encoders.method_file import method_file_of, write_method_file
from ml.errors import UnusableInputError
from ml.images.transforms import WHOLE, Framing
from ml.messages import EncoderFile
from ml.whole_file import sha256_of, written_whole

METADATA_KEY = "eigenlabel"


class Origin(BaseModel):
    """The file of somebody else's that an encoder was read from; `layout` says what its keys meant.

    `keep_first_layer` says whether a layer of SimCLR v2's head is a part of the encoder.
    """

    model_config = ConfigDict(frozen=True)

    file: str
    sha256: str
    layout: CheckpointLayout
    keep_first_layer: bool = False


class Preparation(BaseModel):
    """How images become the input of a network; `mean` and `std` are of pixels scaled to [0, 1]."""

    model_config = ConfigDict(frozen=True)

    framing: Framing = WHOLE
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return pixels [B, 3, S, S] in 0..255 as the float32 input of the network."""
        mean = torch.tensor(self.mean, device=pixels.device).view(1, 3, 1, 1) * 255
        std = torch.tensor(self.std, device=pixels.device).view(1, 3, 1, 1) * 255
        return (pixels.float() - mean) / std


class Encoder(Preparation):
    """A description of the encoder at `path`.

    `fixed_image_size` is set where the network accepts one size only, `native_image_size` where it was made
    for one. `arguments` is what timm is told beside the name of the architecture; encoders of releases that
    did not keep it (None) go on as they were.
    """

    path: Path
    sha256: str
    architecture: str
    arguments: dict[str, bool | int | str] | None = None
    feature_dim: int
    parameters: int
    fixed_image_size: int | None
    native_image_size: int | None = None
    checkpoint: Origin | None = None

    def network(self) -> nn.Module:
        """Return a network with the encoder's weights, in evaluation mode on the CPU."""
        from ml.encoders import networks  # noqa: PLC0415  (importing timm takes seconds; cached features do without)

        return networks.loaded(self.architecture, self.arguments or {}, load_file(self.path))


def write_encoder(tensors: dict[str, torch.Tensor], description: dict[str, object], path: Path) -> str:
    """Write weights and description to `path` as safetensors. Return the file's sha256."""
    # Strides such as channels last are not kept, and shared storage is refused: store plain copies.
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    save_file(plain, path, metadata={METADATA_KEY: json.dumps(description, sort_keys=True)})
    return sha256_of(path)


def materialise(
    spec: EncoderSpec, path: Path, weights: Path | None = None, *, keeping: bool = False
) -> Encoder:
    """Write the encoder that `spec` names to `path` and return it.

    Pretrained timm weights are looked for in the folder `weights`, then downloaded; checkpoints of others are
    looked for there only. `keeping` says that what a checkpoint knows of its training is written beside it.
    """
    from ml.encoders import networks  # noqa: PLC0415  (see Encoder.network)

    built = networks.network_of(spec, weights)
    description = networks.described(spec, built)
    with written_whole(path) as partial:
        sha256 = write_encoder(built.network.state_dict(), description, partial)
    if keeping and built.kept:
        write_method_file(built.kept, built.method, sha256, method_file_of(path))
    return read_encoder(path)


@lru_cache(maxsize=8)
def checked_description(
    path: Path,
    modified: int,  # noqa: ARG001  (part of the cache's key)
    size: int,  # noqa: ARG001  (part of the cache's key)
) -> tuple[str, dict[str, Any]]:
    """Return (sha256, description) of the file at `path`, read again when its time or its size changes."""
    with safe_open(path, framework="pt") as file:
        return sha256_of(path), json.loads((file.metadata() or {})[METADATA_KEY])


def read_encoder(path: Path, sha256: str | None = None) -> Encoder:
    """Return the encoder stored at `path`.

    Raises UnusableInputError when the file is not such an encoder, or is not the one that `sha256` names.
    """
    try:
        status = path.stat()
        actual, description = checked_description(path, status.st_mtime_ns, status.st_size)
        encoder = Encoder(path=path, sha256=actual, **description)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, ValidationError) as error:
        raise UnusableInputError(f"{path.name} is not an encoder that this version can read") from error
    if sha256 is not None and actual != sha256:
        raise UnusableInputError(f"{path.name} has changed since it was stored: its sha256 differs")
    return encoder


def open_encoder(file: EncoderFile, directory: Path) -> Encoder:
    """Return the encoder of `file`; without prepared weights it is made, once, in `directory`."""
    if file.weights is not None:
        return read_encoder(Path(file.weights), file.sha256)
    path = directory / "encoders" / f"{made_name(file)}.safetensors"
    try:
        os.utime(path)  # what nobody uses is removed (worker/database/caches.py)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        materialise(file.spec, path, Path(file.folder) if file.folder else None)
    return read_encoder(path, file.sha256)


def made_name(file: EncoderFile) -> str:
    """Return a name for the encoder that is made for `file`.

    It changes with what is asked for, image size included, and with the files of its weights in the folder.
    """
    folder, weights = file.folder, []
    if folder is not None and isinstance(file.spec, TimmEncoder | CheckpointEncoder):
        found = [path for path in weight_files(file.spec, Path(folder)) if path.is_file()]
        weights = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in found]
    made_of = json.dumps([file.spec.model_dump(mode="json"), folder, weights], sort_keys=True)
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def weight_files(spec: TimmEncoder | CheckpointEncoder, folder: Path) -> list[Path]:
    """Return where the weights of `spec` may lie in `folder`."""
    if isinstance(spec, CheckpointEncoder):
        return [folder / spec.file]
    return timm_weights.places(spec.name, folder)
