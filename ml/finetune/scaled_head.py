"""The linear layer that is trained with an encoder.

The paper's learning rate of 3.0 for the head is meant for features of about unit length. Pooled features
of other networks are many times as long (EfficientNet-Lite0: 34), and at the same rate the logits run to
hundreds: the loss is exactly 0 within a few epochs, the encoder learns nothing more and the confidences
mean nothing. So the head sees features standardised over the pool, to a mean squared length of 1; that is
folded into the head afterwards.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.config.finetune import HeadStart
from ml.features.vectors import l2_normalised
from ml.finetune.heads.linear import LinearHead, Standardisation
from ml.finetune.heads.nearest_mean import SHARPNESS


class ScaledHead(nn.Module):
    """A linear layer on standardised features."""

    def __init__(self, standard: Standardisation, classes: int) -> None:
        super().__init__()
        self.standard = standard
        self.mean = nn.Parameter(torch.from_numpy(standard.mean), requires_grad=False)
        self.linear = nn.Linear(len(standard.mean), classes)

    def start(self, how: HeadStart, features: NDArray[np.float32], classes: NDArray[np.int64]) -> None:
        """Set the weights as `how` says; pooled `features` [n, D] are of images of `classes` int64[n]."""
        if how == "random":
            return
        inputs = l2_normalised(self.standard.apply(features))
        means = [inputs[classes == each].mean(axis=0) for each in range(self.linear.out_features)]
        rows = SHARPNESS * l2_normalised(np.stack(means)) if how == "means" else np.zeros((1, 1), np.float32)
        with torch.no_grad():
            self.linear.weight.copy_(torch.from_numpy(rows))
            self.linear.bias.zero_()

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return logits float32[B, classes] of pooled features float32[B, D]."""
        logits: torch.Tensor = self.linear((features - self.mean) / self.standard.scale)
        return logits

    def linear_head(self, seen: NDArray[np.int64], categories: int) -> LinearHead:
        """Return the same function of un-normalised features, over all categories."""
        rows = self.linear.weight.detach().cpu().numpy()
        return self.standard.folded_into(rows, self.linear.bias.detach().cpu().numpy(), seen, categories)


def plain(width: int) -> Standardisation:
    """Return the standardisation that leaves features of `width` numbers as they are."""
    return Standardisation(np.zeros(width, dtype=np.float32), 1.0, unit_length=False)
