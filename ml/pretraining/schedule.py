"""The learning rate of each step: a linear warm-up, then half a cosine, by the step or by the epoch."""

import math

from ml.config import PretrainConfig


def learning_rate(config: PretrainConfig, highest: float, step: int, steps: int) -> float:
    """Return the learning rate at `step` (from 0) of `steps`.

    After the epochs of warm-up, in which it rises to `highest` in equal parts, it falls along half a cosine
    to `final_rate` of `highest`: with each step, or, as MoCo does, once an epoch.
    """
    per_epoch = max(1, steps // config.epochs)
    warm_up = min(round(config.warm_up() * per_epoch), steps - 1)
    if step < warm_up:
        return highest * (step + 1) / warm_up
    done = step - warm_up
    if config.schedule == "cosine_epoch":
        done = max(0, step // per_epoch * per_epoch - warm_up)
    share = 0.5 * (1 + math.cos(math.pi * done / (steps - warm_up)))
    return highest * (config.final_rate + (1 - config.final_rate) * share)
