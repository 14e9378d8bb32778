"""The file beside an encoder with what its training knew: heads, key encoder, queue.

One safetensors file: a method's tensors by name, and in its metadata the format, the method and the sha256 of
the encoder that it belongs to.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from ml.whole_file import sha256_of

NAME = "method.safetensors"
"""Beside an `encoder.safetensors`; an encoder called otherwise lends its name."""
METADATA_KEY = "eigenlabel-method"
FORMAT = 1


def method_file_of(encoder: Path) -> Path:
    """Return where what is kept beside the encoder at `encoder` lies."""
    return encoder.with_name(NAME if encoder.stem == "encoder" else f"{encoder.stem}.{NAME}")


def write_method_file(
    tensors: dict[str, torch.Tensor], method: str, encoder_sha256: str, path: Path
) -> dict[str, object]:
    """Write the tensors of `method` to `path`; returns the file's name, bytes and sha256."""
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    about = {"format": FORMAT, "method": method, "encoder": encoder_sha256}
    save_file(plain, path, metadata={METADATA_KEY: json.dumps(about)})
    return told_of(path)


def told_of(path: Path) -> dict[str, object]:
    """Return the name, bytes and sha256 of such a file."""
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
