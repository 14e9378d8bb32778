"""What a finetune does with its batches: how many, by which optimiser, at which learning rates."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LambdaLR, LRScheduler

from ml.config import FullFinetune, HyperRuleFinetune
from ml.finetune.labelled_views import Batch, Views
from ml.finetune.optimisers import optimisers

FIFTHS = 5


@dataclass(frozen=True)
class Recipe:
    """`passes` times over `batches`, each an epoch or a step (`unit`); learning rates change in between."""

    passes: int
    unit: str
    batches: Callable[[], Iterator[Batch]]
    optimisers: list[torch.optim.Optimizer]
    schedules: list[LRScheduler]


def paper_recipe(settings: FullFinetune, network: nn.Module, head: nn.Module, views: Views) -> Recipe:
    """Return the paper's: SGD with momentum over epochs, the learning rates by a half cosine."""
    scale = settings.batch_size / (settings.rates_for_batch or settings.batch_size)
    found = optimisers(
        network,
        head,
        settings.encoder_learning_rate * scale,
        settings.head_learning_rate * scale,
        weight_decay=settings.weight_decay,
        nesterov=settings.nesterov,
        lora_rate=settings.lora_learning_rate if settings.train == "lora" else None,
    )
    cosine = settings.decay == "cosine"
    schedules: list[LRScheduler] = [
        CosineAnnealingLR(each, settings.epochs) if cosine else ConstantLR(each, 1.0) for each in found
    ]
    # BatchNorm cannot estimate statistics from one image.
    least = 1 if settings.batch_norm == "frozen" else 2
    return Recipe(
        settings.epochs,
        "epoch",
        lambda: views.epoch(settings.batch_size, least=least),
        found,
        schedules,
    )


def hyper_rule(settings: HyperRuleFinetune, network: nn.Module, head: nn.Module, views: Views) -> Recipe:
    """Return BiT's: SGD over steps, a linear warm-up, then a tenth of the rate at every further fifth."""
    rate = settings.learning_rate
    found = optimisers(network, head, rate, rate)
    schedules: list[LRScheduler] = [
        LambdaLR(each, lambda step: hyper_rule_factor(step, settings.steps)) for each in found
    ]
    return Recipe(settings.steps, "step", lambda: iter([views.draw(settings.batch_size)]), found, schedules)


def hyper_rule_factor(step: int, steps: int) -> float:
    """Return the share of the learning rate at `step` (from 0) of `steps`."""
    fifth = steps / FIFTHS
    if step < fifth:
        return step / fifth
    return float(10.0 ** -max(0, int(step // fifth) - 1))
