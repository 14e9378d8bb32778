"""What a run is asked to do: frozen, torch-free, and the only part of `ml` that `app` may import."""

from ml.config.base import FrozenModel
from ml.config.encoders import BundledEncoder, EncoderSpec, ImageSize, PretrainedEncoder, TimmEncoder
from ml.config.pretraining import Augmentation, PretrainConfig
from ml.config.rounds import (
    MAX_LABELS_PER_CATEGORY,
    MAX_STEPS,
    Finetune,
    FrozenFinetune,
    FullFinetune,
    RoundConfig,
)
from ml.config.sources import DatasetSource, FolderSource, SourceSpec, TorchvisionSource, ZipSource
from ml.config.strategies import (
    AckmeansStrategy,
    BadgeStrategy,
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
    "Augmentation",
    "BadgeStrategy",
    "BundledEncoder",
    "DatasetSource",
    "EncoderSpec",
    "EntropyStrategy",
    "Finetune",
    "FolderSource",
    "FrozenFinetune",
    "FrozenModel",
    "FullFinetune",
    "ImageSize",
    "KCentreStrategy",
    "MarginStrategy",
    "MaxHerdingStrategy",
    "PretrainConfig",
    "PretrainedEncoder",
    "ProbcoverStrategy",
    "PropagatedHerdingStrategy",
    "RandomStrategy",
    "RdssStrategy",
    "RoundConfig",
    "SourceSpec",
    "Strategy",
    "TimmEncoder",
    "TorchvisionSource",
    "TypiclustStrategy",
    "UHerdingStrategy",
    "UslStrategy",
    "ZipSource",
]
