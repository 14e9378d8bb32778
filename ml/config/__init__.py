"""What a run is asked to do: frozen, torch-free, and the only part of `ml` that `app` may import."""

from ml.config.base import FrozenModel
from ml.config.encoders import BundledEncoder, EncoderSpec, ImageSize, PretrainedEncoder, TimmEncoder
from ml.config.finetune import Finetune, FrozenFinetune, FullFinetune, HyperRuleFinetune
from ml.config.pretraining import (
    AnyPretrainConfig,
    Augmentation,
    MocoV2Config,
    PretrainConfig,
    SimclrV2Config,
    pretrain_config,
)
from ml.config.rounds import MAX_LABELS_PER_CATEGORY, MAX_STEPS, RoundConfig
from ml.config.sources import DatasetSource, FolderSource, SourceSpec, TorchvisionSource, ZipSource
from ml.config.strategies import (
    AckmeansStrategy,
    BadgeStrategy,
    DropQueryStrategy,
    EntropyStrategy,
    KCentreStrategy,
    MarginStrategy,
    MaxHerdingStrategy,
    ProbcoverStrategy,
    PropagatedHerdingStrategy,
    RandomStrategy,
    RdssStrategy,
    Strategy,
    TypiclustStrategy,
    UHerdingStrategy,
    UslStrategy,
)

__all__ = [
    "MAX_LABELS_PER_CATEGORY",
    "MAX_STEPS",
    "AckmeansStrategy",
    "AnyPretrainConfig",
    "Augmentation",
    "BadgeStrategy",
    "BundledEncoder",
    "DatasetSource",
    "DropQueryStrategy",
    "EncoderSpec",
    "EntropyStrategy",
    "Finetune",
    "FolderSource",
    "FrozenFinetune",
    "FrozenModel",
    "FullFinetune",
    "HyperRuleFinetune",
    "ImageSize",
    "KCentreStrategy",
    "MarginStrategy",
    "MaxHerdingStrategy",
    "MocoV2Config",
    "PretrainConfig",
    "PretrainedEncoder",
    "ProbcoverStrategy",
    "PropagatedHerdingStrategy",
    "RandomStrategy",
    "RdssStrategy",
    "RoundConfig",
    "SimclrV2Config",
    "SourceSpec",
    "Strategy",
    "TimmEncoder",
    "TorchvisionSource",
    "TypiclustStrategy",
    "UHerdingStrategy",
    "UslStrategy",
    "ZipSource",
    "pretrain_config",
]
