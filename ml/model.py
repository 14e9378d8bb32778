"""The model of a step."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ml.head import LinearHead


@dataclass(frozen=True)
class StepModel:
    """A head with the pooled `features` float32[N, D] that it goes with; `tensors` are of a finetuned encoder."""

    head: LinearHead
    features: NDArray[np.float32]
    tensors: dict[str, torch.Tensor] | None = None
