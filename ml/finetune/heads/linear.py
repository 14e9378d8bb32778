"""A linear head on pooled features, and the standardisation that heads are fitted in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.features.vectors import l2_normalised


@dataclass(frozen=True)
class LinearHead:
    """Logits of all C categories are `features @ weight.T + bias`, on pooled features.

    With `unit_length` the features are divided by their length first. `weight` float32[C, D], `bias`
    float32[C]; categories without a label have bias -inf, so probability 0.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    unit_length: bool

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32[N, C] for pooled `features` float32[N, D]; rows sum to 1."""
        return softmax(self.logits(features))

    def logits(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32[N, C] for pooled `features` float32[N, D]."""
        own = l2_normalised(features) if self.unit_length else features
        return np.asarray(own @ self.weight.T + self.bias, dtype=np.float32)

    def at(self, temperature: float) -> "LinearHead":
        """Return the head whose logits are divided by `temperature`."""
        scale = np.float32(temperature)
        return LinearHead(self.weight / scale, self.bias / scale, self.unit_length)


@dataclass(frozen=True)
class Standardisation:
    """Features minus `mean` float32[D], over `scale`, have a mean squared length of 1.

    With `unit_length` each is divided by its own length before that.
    """

    mean: NDArray[np.float32]
    scale: float
    unit_length: bool

    def apply(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return standardised `features` float32[N, D]."""
        own = l2_normalised(features) if self.unit_length else features
        return (own - self.mean) / np.float32(self.scale)

    def folded_into(
        self,
        rows: NDArray[np.float32],
        offsets: NDArray[np.float32],
        seen: NDArray[np.int64],
        categories: int,
    ) -> LinearHead:
        """Return `rows` and `offsets` of the `seen` categories as a head of all, on pooled features."""
        weight = np.zeros((categories, len(self.mean)), dtype=np.float32)
        bias = np.full(categories, -np.inf, dtype=np.float32)
        weight[seen] = rows / self.scale
        bias[seen] = offsets - weight[seen] @ self.mean
        return LinearHead(weight, bias, self.unit_length)


def standardisation(features: NDArray[np.float32], *, unit_length: bool) -> Standardisation:
    """Return the standardisation of pooled `features` float32[N, D]."""
    if unit_length:
        features = l2_normalised(features)
    mean = features.mean(axis=0)
    scale = float(np.sqrt(np.square(features - mean).sum(axis=1).mean()))
    return Standardisation(mean, scale if scale > 0 else 1.0, unit_length)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities float32[N, C] of `logits` [N, C]; -inf has probability 0."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), dtype=np.float32)


def tempered(
    probabilities: NDArray[np.float32], temperature: float | NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return softmax(log p / T) of the rows of `probabilities` float32[N, C] (Guo et al. 2017, section 4.2).

    The `temperature` is one for all or float32[N, 1]. No row's order changes; 0 stays 0.
    """
    power = np.reciprocal(np.asarray(temperature, dtype=np.float32))
    scaled = np.power(probabilities / probabilities.max(axis=1, keepdims=True), power)
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True), dtype=np.float32)
