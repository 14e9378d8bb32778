"""Pretraining without labels: one class a method, told apart by the field `method`."""

from typing import Annotated, get_args

from pydantic import TypeAdapter

from ml.config.one_of import OneOf
from ml.config.pretraining.common import Augmentation, Backbone, PretrainConfig
from ml.config.pretraining.deepcluster_v2 import DeepclusterV2Config
from ml.config.pretraining.moco_v2 import MocoV2Config
from ml.config.pretraining.simclr_v2 import SimclrV2Config
from ml.config.pretraining.supervised import SupervisedConfig

AnyPretrainConfig = Annotated[
    MocoV2Config | SimclrV2Config | DeepclusterV2Config | SupervisedConfig, OneOf("method", default="moco_v2")
]

PRETRAIN_METHODS: dict[str, type[PretrainConfig]] = {
    member.model_fields["method"].default: member for member in get_args(get_args(AnyPretrainConfig)[0])
}
"""The settings of each method, by its name."""

PUBLISHED_NETWORKS: dict[str, tuple[str, str]] = {
    "resnet18": ("resnet18", "imagenet"),
    "resnet50": ("resnet50", "imagenet"),
    "resnet50_simclr": ("resnet50", "imagenet"),
}
"""Which `backbone` and `stem` an encoder read from a checkpoint of others has, by its architecture."""

pretrain_config: TypeAdapter[PretrainConfig] = TypeAdapter(AnyPretrainConfig)
"""Reads the settings of any method from plain values."""

__all__ = [
    "PRETRAIN_METHODS",
    "PUBLISHED_NETWORKS",
    "AnyPretrainConfig",
    "Augmentation",
    "Backbone",
    "DeepclusterV2Config",
    "MocoV2Config",
    "PretrainConfig",
    "SimclrV2Config",
    "SupervisedConfig",
    "pretrain_config",
]
