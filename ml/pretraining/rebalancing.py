"""Which images an epoch draws: the source once, the target re-balanced to a share of it (paper, 4)."""

import numpy as np
from numpy.typing import NDArray

from ml.config import PretrainConfig


def target_rows(images: int, draws: int, epoch: int, seed: int) -> NDArray[np.int64]:
    """Return `draws` rows out of `images` for `epoch`, int64[draws].

    Every image is drawn floor(draws / images) times and some once more; who those are moves on from epoch to
    epoch along one random order, so that after E epochs each image was drawn floor(E * draws / images) times
    or once more. It depends on the arguments alone: a resumed run draws what the first would have drawn.
    """
    if not draws:
        return np.zeros(0, dtype=np.int64)
    order = np.random.default_rng([seed, 0]).permutation(images)
    whole, extra = divmod(draws, images)
    further = order[(np.arange(extra) + epoch * extra) % images]
    return np.concatenate([np.repeat(np.arange(images), whole), further]).astype(np.int64)


def epoch_rows(config: PretrainConfig, source: int, target: int, epoch: int) -> NDArray[np.int64]:
    """Return the rows that `epoch` (from 0) draws, in random order: int64[config.epoch_images(...)].

    Rows 0 to source - 1 are source images, the next ones target images.
    """
    own = np.arange(0 if config.mode == "uf" else source, dtype=np.int64)
    drawn = source + target_rows(target, config.target_draws(source, target), epoch, config.seed)
    return np.random.default_rng([config.seed, 1, epoch]).permutation(np.concatenate([own, drawn]))
