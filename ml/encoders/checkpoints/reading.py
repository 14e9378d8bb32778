"""Reading a file of weights into tensors by name, whatever format it has, without running anything in it."""

import hashlib
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from ml.encoders.checkpoints.tensor_bundle import INDEX, bundle_files, is_bundle, read_bundle
from ml.errors import UnusableInputError, first_line

Tensors = dict[str, torch.Tensor]
NETWORKS, SLOT = ("base_model/", "head_contrastive/"), "/Momentum"
ZIP = b"PK"
ARRAY = ".npy"
SAFETENSORS = ".safetensors"
INSIDE = ("state_dict", "resnet")
"""Under which names the weights lie where a file holds more: MoCo's training state, converted SimCLR."""
HEAD = "head"
"""Under which name a converted SimCLR has its head."""


def located(path: Path) -> Path:
    """Return the file that `path` means: of a checkpoint of TensorFlow's its index, also for its prefix.

    Raises UnusableInputError where there is none.
    """
    if path.is_dir():
        indices = sorted(path.glob(f"*{INDEX}"))
        if len(indices) != 1:
            raise UnusableInputError(f"{path.name} is a folder with {len(indices)} checkpoints: name a file")
        return indices[0]
    index = path.with_name(path.name + INDEX)
    if not path.is_file() and index.is_file():
        return index
    if not path.is_file():
        raise UnusableInputError(f"{path.name} is not there")
    return path


def sha256_of(path: Path) -> str:
    """Return the sha256 in hexadecimal of a file, or of the index and the shards of a checkpoint in turn."""
    digest = hashlib.sha256()
    for each in bundle_files(path) if path.name.endswith(INDEX) else [path]:
        with each.open("rb") as file:
            while piece := file.read(2**20):
                digest.update(piece)
    return digest.hexdigest()


def read_tensors(path: Path) -> Tensors:
    """Return the tensors in a file of torch, NumPy, safetensors or TensorFlow, by name.

    Raises UnusableInputError where it is none of these, is damaged, or holds what would have to be run.
    """
    if is_bundle(path):
        # Optimiser slots and averages double every name: what is not of the network is not even read.
        found = read_bundle(path, lambda name: name.startswith(NETWORKS) and not name.endswith(SLOT))
        return {name: as_tensor(array) for name, array in found.items()}
    if path.name.endswith(SAFETENSORS):
        return read_safetensors(path)
    if path.name.endswith(INDEX):
        raise UnusableInputError(f"{path.name} is damaged: it is no index of a checkpoint")
    return read_arrays(path) if holds_arrays(path) else read_torch(path)


def read_safetensors(path: Path) -> Tensors:
    """Return the tensors of a safetensors file."""
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise UnusableInputError(f"{path.name} is not a safetensors file") from error


def holds_arrays(path: Path) -> bool:
    """Return whether the file is an archive of NumPy's."""
    if path.suffix == ".npz":
        return True
    try:
        with path.open("rb") as file:
            if file.read(2) != ZIP:
                return False
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False
    return bool(names) and all(name.endswith(ARRAY) for name in names)


def read_arrays(path: Path) -> Tensors:
    """Return the arrays of an archive of NumPy's; arrays of objects, which are pickles, are refused."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: as_tensor(archive[name]) for name in archive.files}
    except (OSError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        if "allow_pickle" in str(error) or "Object arrays" in str(error):
            raise UnusableInputError(f"{path.name} holds objects beside numbers: it is not read") from error
        raise UnusableInputError(f"{path.name} is damaged, or no archive of NumPy's") from error


def as_tensor(array: Any) -> torch.Tensor:
    """Return a tensor with a copy of the numbers of `array`."""
    return torch.from_numpy(np.array(array))


def read_torch(path: Path) -> Tensors:
    """Return the tensors of a file of torch's, read as data only."""
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if "GLOBAL" in str(error) or "Unsupported" in str(error):
            raise UnusableInputError(
                f"{path.name} holds objects or code beside tensors: it is not read"
            ) from error
        raise UnusableInputError(f"{path.name} is damaged, or no file of weights") from error
    except Exception as error:  # a damaged file raises whatever its bytes lead to
        raise UnusableInputError(
            f"{path.name} is damaged, or no file of weights ({first_line(error)})"
        ) from error
    beside: dict[str, Any] = {}
    while isinstance(found, Mapping) and (inner := next((key for key in INSIDE if key in found), None)):
        if isinstance(head := found.get(HEAD), Mapping):
            beside = {f"{HEAD}.{name}": value for name, value in head.items()}
        found = found[inner]
    if not isinstance(found, Mapping):
        raise UnusableInputError(f"{path.name} holds no weights by name")
    named = {**found, **beside}
    tensors = {str(name): value for name, value in named.items() if isinstance(value, torch.Tensor)}
    if not tensors:
        raise UnusableInputError(f"{path.name} holds no weights by name")
    return tensors
