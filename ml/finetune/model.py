"""The model that a step makes of its labels."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ml.finetune.heads.linear import LinearHead, tempered


@dataclass(frozen=True)
class StepModel:
    """A head with the pooled `features` float32[N, D] it goes with; `tensors` are a finetuned encoder's.

    `probabilities` float32[N, C] are of the same images, pool before test, and `temperature`, one for all or
    float32[N, 1], is how much flatter they have to be before people may take them for chances. What the head
    says may be taken for chances as it is.
    """

    head: LinearHead
    features: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    tensors: dict[str, torch.Tensor] | None = None
    temperature: float | NDArray[np.float32] = 1.0

    @property
    def confidences(self) -> NDArray[np.float32]:
        """Return `probabilities` at the temperature, float32[N, C]."""
        return tempered(self.probabilities, self.temperature)
