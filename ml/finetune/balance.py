"""Logit adjustment: categories with many labels have to be surer while training (Menon et al. 2021)."""

import numpy as np
import torch
from numpy.typing import NDArray

from ml.config.finetune import Balance


def adjustment(balance: Balance, classes: NDArray[np.int64], device: torch.device) -> torch.Tensor:
    """Return what is added to the logits in the loss: log shares of `classes`, or zeros; float32[C]."""
    counts = torch.from_numpy(np.bincount(classes)).float()
    shares = (counts / counts.sum()).log() if balance == "logits" else torch.zeros(len(counts))
    return shares.to(device)
