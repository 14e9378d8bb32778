"""The settings of MoCo v2."""

from typing import Literal, Self

from pydantic import Field, model_validator

from ml.config.pretraining.common import PretrainConfig


class MocoV2Config(PretrainConfig):
    """MoCo v2 (He et al. 2020; Chen et al. 2020): a query has to find its key among a queue of older keys.

    The learning rate is scaled linearly with the batch.
    """

    method: Literal["moco_v2"] = Field(
        "moco_v2",
        title="MoCo v2",
        description="Tells the two views of an image apart from a queue of other images.",
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
    batch_norm_splits: int = Field(
        1, ge=1, le=64, title="Parts of a batch", description="Parts of a batch with statistics of their own."
    )

    @model_validator(mode="after")
    def _batch_can_be_split(self) -> Self:
        if self.batch_size % self.batch_norm_splits:
            raise ValueError("batch_size must be a multiple of batch_norm_splits")
        return self
