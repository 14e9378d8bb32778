"""Pretraining without labels: one class a method, told apart by the field `method`."""

from typing import Annotated

from pydantic import TypeAdapter

from ml.config.one_of import OneOf
from ml.config.pretraining.common import Augmentation, PretrainConfig
from ml.config.pretraining.moco_v2 import MocoV2Config

# A further method is one more member: `MocoV2Config | OtherConfig`.
AnyPretrainConfig = Annotated[MocoV2Config, OneOf("method", default="moco_v2")]

pretrain_config: TypeAdapter[PretrainConfig] = TypeAdapter(AnyPretrainConfig)
"""Reads the settings of any method from plain values."""

__all__ = ["AnyPretrainConfig", "Augmentation", "MocoV2Config", "PretrainConfig", "pretrain_config"]
