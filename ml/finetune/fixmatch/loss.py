"""The loss on unlabelled images."""

import torch
from torch.nn.functional import cross_entropy

from ml.finetune.fixmatch.thresholds import Thresholds


def unlabelled_loss(
    weak: torch.Tensor, strong: torch.Tensor, thresholds: Thresholds
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (loss, mean weight) of the logits [B, C] of weak and strong views of the same images.

    What the weak view is taken for is what the strong one has to be taken for. The loss is the mean over all
    images, those without weight included: with few of them it is small.
    """
    beliefs = weak.detach().float().softmax(dim=1)
    weights = thresholds.weights(beliefs)
    losses = cross_entropy(strong, beliefs.argmax(dim=1), reduction="none")
    return (losses * weights).mean(), weights.mean()
