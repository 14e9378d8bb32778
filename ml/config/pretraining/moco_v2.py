"""The settings of MoCo v2."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from ml.config.pretraining.common import PretrainConfig
from ml.config.pretraining.presets import Preset, with_presets

MOST_PARTS, LEAST_PART = 8, 16

# Both have the learning rate of the method: 0.03 for a batch of 256, and 0.06 for the 512 of `cifar`.
PRESETS = {
    "imagenet": Preset(
        title="Photos (official)",
        description="MoCo v2's own settings for ImageNet: ResNet-50 at 224 pixels, 200 epochs.",
        values={
            "backbone": "resnet50",
            "stem": "imagenet",
            "image_size": 224,
            "epochs": 200,
            "batch_size": 256,
            "weight_decay": 1e-4,
            "schedule": "cosine_epoch",
            "key_momentum": 0.999,
            "temperature": 0.2,
            "queue_size": 65_536,
            "projection_dim": 128,
            "head": "mlp",
            "symmetric": False,
            "batch_norm_splits": 8,
            "augmentation.smallest_crop": 0.2,
            "augmentation.blur": 0.5,
        },
    ),
    "cifar": Preset(
        title="Small images (official)",
        description="MoCo's own settings for CIFAR-10: ResNet-18 at 32 pixels, 200 epochs.",
        values={
            "backbone": "resnet18",
            "stem": "small_image",
            "image_size": 32,
            "epochs": 200,
            "batch_size": 512,
            "weight_decay": 5e-4,
            "schedule": "cosine_epoch",
            "key_momentum": 0.99,
            "temperature": 0.1,
            "queue_size": 4096,
            "projection_dim": 128,
            "head": "linear",
            "symmetric": False,
            "batch_norm_splits": 8,
            "augmentation.smallest_crop": 0.08,
            "augmentation.blur": 0.0,
        },
    ),
}


class MocoV2Config(PretrainConfig):
    """MoCo v2 (He et al. 2020; Chen et al. 2020): a query has to find its key among a queue of older keys.

    The learning rate is scaled linearly with the batch.
    """

    presets: ClassVar = PRESETS

    method: Literal["moco_v2"] = Field(
        "moco_v2",
        title="MoCo v2",
        description="Tells the two views of an image apart from a queue of other images.",
        json_schema_extra=with_presets(PRESETS),
    )
    key_momentum: float = Field(
        0.999,
        ge=0,
        le=1,
        title="Key momentum",
        description="How slowly the second network follows the first.",
    )
    temperature: float = Field(
        0.2, gt=0, title="Temperature", description="The lower, the more the most alike images count."
    )
    queue_size: int | None = Field(
        None,
        ge=8,
        le=2**20,
        title="Queue of other images",
        description="What an image is told apart from. Left out, it follows the number of images.",
    )
    projection_dim: int = Field(
        128,
        ge=2,
        le=4096,
        title="Projection size",
        description="Numbers that stand for an image while it learns.",
    )
    head: Literal["mlp", "linear"] = Field(
        "mlp",
        title="Head",
        description="`mlp` has two layers, as in MoCo v2; `linear` has one, as in its recipe for CIFAR.",
    )
    symmetric: bool = Field(
        False,
        title="Both ways",
        description="Each view is told apart once by the other: twice the work, both losses added.",
    )
    batch_norm_splits: int | None = Field(
        None,
        ge=1,
        le=64,
        title="Parts of a batch",
        description="Parts of a batch with statistics of their own, so that these do not give pairs away. "
        "Left out, up to 8 parts of at least 16 images. A network without BatchNorm has no use for it.",
    )

    @property
    def parts(self) -> int:
        """Return the parts of a batch: as configured, or as many equal ones of 16 images or more, up to 8.

        Without BatchNorm there is one: nothing in the network depends on the company of an image.
        """
        if not self.has_batch_norm:
            return 1
        if self.batch_norm_splits is not None:
            return self.batch_norm_splits
        most = max(1, min(MOST_PARTS, self.batch_size // LEAST_PART))
        return next(parts for parts in range(most, 0, -1) if self.batch_size % parts == 0)

    @model_validator(mode="after")
    def _batch_can_be_split(self) -> Self:
        if self.batch_size % (self.batch_norm_splits or 1):
            raise ValueError("batch_size must be a multiple of batch_norm_splits")
        if not self.has_batch_norm and (self.batch_norm_splits or 1) > 1:
            raise ValueError("batch_norm_splits has no meaning for a network without BatchNorm: leave it out")
        return self
