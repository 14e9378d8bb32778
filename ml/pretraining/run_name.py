"""The name of a run: its checkpoints carry it, and go on only with what they were made for."""

import hashlib
from typing import Any

from pydantic_core import to_json

from ml.config import PretrainConfig
from ml.config.base import FrozenModel

# The settings of release 0.1, in its order: its unfinished runs go on.
FIRST = (
    "method", "mode", "source_id", "initial_encoder_id", "target_share", "backbone", "stem", "image_size",
    "epochs", "batch_size", "learning_rate", "weight_decay", "key_momentum", "temperature", "queue_size",
    "projection_dim", "batch_norm_splits", "augmentation", "seed",
)  # fmt: skip
FIRST_OF_VIEWS = ("smallest_crop", "colour_jitter", "greyscale", "blur", "flip")
OF_THE_WAY = {"checkpoint_steps", "checkpoint_seconds", "cache_bytes", "measurements"}


def run_name(config: PretrainConfig) -> str:
    """Return a name for what `config` trains.

    A setting that came later is part of it only where it is not its default: a stored configuration that has
    not got it is the same run.
    """
    config = as_first_named(config)
    values = named(config, FIRST) | {"augmentation": named(config.augmentation, FIRST_OF_VIEWS)}
    return hashlib.sha256(to_json(values)).hexdigest()[:16]


def as_first_named(config: PretrainConfig) -> PretrainConfig:
    """Return `config` with the warm-up that it has, none where it is all of the method's own.

    Before it could be left out, leaving it out of the name said the latter.
    """
    epochs = config.warm_up()
    return config.model_copy(update={"warm_up_epochs": None if epochs == config.own_warm_up else epochs})


def named(settings: FrozenModel, first: tuple[str, ...]) -> dict[str, Any]:
    """Return those `settings` that make up the name: the `first` ones in their order, then what differs."""
    values = settings.model_dump(mode="json", exclude=OF_THE_WAY)
    later = settings.model_dump(mode="json", exclude={*OF_THE_WAY, *first}, exclude_defaults=True)
    return {name: values[name] for name in first if name in values} | later
