"""How much each unlabelled image counts, by the model's confidence in its weak view.

A fixed threshold lets nothing pass at one to four labels a category; the other two follow the confidence of
the whole pool as it grows.
"""

from typing import Protocol

import torch

from ml.config import FixMatchFinetune

# The spread of SoftMatch's Gaussian is that of the confidences over this many (the authors' n_sigma).
SIGMAS = 2.0


class Thresholds(Protocol):
    """Weighs images by the model's beliefs about them, and remembers what it has seen."""

    def weights(self, beliefs: torch.Tensor) -> torch.Tensor:
        """Return float32[B] in [0, 1] for probabilities float32[B, C]."""
        ...


class Fixed:
    """FixMatch: what is at least `threshold` sure counts, nothing else does."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def weights(self, beliefs: torch.Tensor) -> torch.Tensor:
        """Return 1 or 0 for each row."""
        return (beliefs.max(dim=1).values >= self.threshold).float()


class Free:
    """FreeMatch (Wang et al. 2023): one threshold for all, lowered for categories that are believed in less.

    The first is the moving average of the confidence, the second of the beliefs; both start at 1 / C.
    """

    def __init__(self, categories: int, momentum: float, device: torch.device) -> None:
        self.momentum = momentum
        self.confidence = torch.full((), 1 / categories, device=device)
        self.beliefs = torch.full((categories,), 1 / categories, device=device)

    def weights(self, beliefs: torch.Tensor) -> torch.Tensor:
        """Return 1 or 0 for each row, after taking them into the averages."""
        confidence, guess = beliefs.max(dim=1)
        self.confidence = torch.lerp(confidence.mean(), self.confidence, self.momentum)
        self.beliefs = torch.lerp(beliefs.mean(dim=0), self.beliefs, self.momentum)
        thresholds = self.beliefs / self.beliefs.max() * self.confidence
        return (confidence >= thresholds[guess]).float()


class Soft:
    """SoftMatch (Chen et al. 2023): above the mean confidence all count, below it less by a Gaussian.

    Mean and variance are moving averages; they start at 1 / C and 1.
    """

    def __init__(self, categories: int, momentum: float, device: torch.device) -> None:
        self.momentum = momentum
        self.mean = torch.full((), 1 / categories, device=device)
        self.variance = torch.ones((), device=device)

    def weights(self, beliefs: torch.Tensor) -> torch.Tensor:
        """Return a weight for each row, after taking them into the averages."""
        confidence = beliefs.max(dim=1).values
        self.mean = torch.lerp(confidence.mean(), self.mean, self.momentum)
        self.variance = torch.lerp(confidence.var(), self.variance, self.momentum)
        below = (confidence - self.mean).clamp(max=0)
        return torch.exp(-below.square() / (2 * self.variance / SIGMAS**2))


def thresholds_of(settings: FixMatchFinetune, categories: int, device: torch.device) -> Thresholds:
    """Return the thresholds that `settings` name, at their start."""
    if settings.thresholds == "fixed":
        return Fixed(settings.threshold)
    adaptive = Free if settings.thresholds == "free" else Soft
    return adaptive(categories, settings.threshold_momentum, device)
