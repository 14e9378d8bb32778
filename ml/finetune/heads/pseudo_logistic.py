"""Logistic regression onto pseudo-labels: a linear head that repeats what is believed of the whole pool."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ml.finetune.heads.linear import LinearHead, standardisation
from ml.finetune.heads.logistic import DEFAULT_STRENGTH
from ml.neighbours.propagation import margins

MAX_ITER = 60
# So many images teach as much as all: more are sampled.
SAMPLE = 20_000
# All images together count as this many times the labels, so that the penalty weighs what it does for them.
WEIGHT = 10.0


@dataclass(frozen=True)
class Weighting:
    """How much images count: a label `label`; what is believed of a category, by its size ** -`balance`."""

    label: float = 1.0
    balance: float = 0.0


# Chosen where categories have unequal numbers of images (docs/results.md).
BALANCED = Weighting(label=5.0, balance=0.25)


def fit_pseudo_logistic(
    features: NDArray[np.float32],
    belief: NDArray[np.float32],
    rows: NDArray[np.int64],
    targets: NDArray[np.int64],
    *,
    reference: NDArray[np.float32],
    regularisation: float = 1.0,
    weighting: Weighting = Weighting(),
) -> LinearHead:
    """Return a head fitted to pooled `features` float32[N, D] by what `belief` float32[N, C] says of each.

    An image counts as its likeliest category, as much as that is ahead of the next one; the labels `targets`
    int64[m] at `rows` int64[m] count in full; `weighting` changes both. Of more than 20,000 images a fixed
    sample and those labelled are used. `reference` float32[R, D] sets the standardisation. The cross entropy
    is minimised by L-BFGS on the processor, so that every run ends with the same head.
    """
    standard = standardisation(reference, unit_length=True)
    seen = np.unique(targets)
    answers, weights = belief.argmax(axis=1), margins(belief)
    answers[rows], weights[rows] = targets, 1
    weights *= balancing(answers, weights, weighting.balance)
    weights[rows] = weighting.label
    used = np.arange(len(features))
    if len(used) > SAMPLE:
        used = np.union1d(rows, np.random.default_rng(0).choice(used, SAMPLE, replace=False))
    wanted = (answers[used, None] == seen) * weights[used, None]
    inputs = torch.from_numpy(standard.apply(features[used]).astype(np.float32))
    strength = regularisation * DEFAULT_STRENGTH * WEIGHT * len(rows) / float(weights[used].sum())
    weight, bias = minimised(inputs, torch.from_numpy(wanted.astype(np.float32)), strength)
    return standard.folded_into(weight, bias, seen, belief.shape[1])


def balancing(answers: NDArray[np.int64], weights: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """Return float32[N]: (mean size / size) ** `power` of each image's category in `answers` int64[N].

    The size of a category is the sum of its images' `weights` float32[N]; empty ones do not count.
    """
    sizes = np.bincount(answers, weights)
    mean = sizes[sizes > 0].mean() if sizes.any() else 1.0
    return ((mean / np.maximum(sizes, 1e-12)) ** power)[answers].astype(np.float32)


def minimised(
    inputs: torch.Tensor, answers: torch.Tensor, strength: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (weight float32[C, D], bias float32[C]): least of strength * cross entropy + |weight|^2 / 2."""
    weight = torch.zeros(answers.shape[1], inputs.shape[1], requires_grad=True)
    bias = torch.zeros(answers.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=MAX_ITER, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        surprise = -(answers * torch.log_softmax(inputs @ weight.T + bias, dim=1)).sum()
        value: torch.Tensor = strength * surprise + weight.square().sum() / 2
        torch.autograd.backward(value)
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]  # torch's stub leaves it out
    return weight.detach().numpy(), bias.detach().numpy()
