"""Pretraining without labels."""

from typing import Literal, Self

from pydantic import Field, model_validator

from ml.config.base import FrozenModel


class Augmentation(FrozenModel):
    """The random views of one image that have to be recognised as the same; the defaults are MoCo v2's.

    `smallest_crop` is a share of the image's area; the others are probabilities.
    """

    smallest_crop: float = Field(0.2, gt=0, le=1)
    colour_jitter: float = Field(0.8, ge=0, le=1)
    greyscale: float = Field(0.2, ge=0, le=1)
    blur: float = Field(0.5, ge=0, le=1)
    flip: float = Field(0.5, ge=0, le=1)


class PretrainConfig(FrozenModel):
    """Pretraining without labels by MoCo v2: `tup` on source and target images, the target re-balanced to
    `target_share` of the source (paper, section 4); `vup` on the source alone; `uf` goes on from
    `initial_encoder_id` on the target alone, at a tenth of the learning rate (paper, section 6.3).

    `learning_rate` is for a batch of 256 and scaled linearly; left out, it is MoCo v2's. `queue_size` left
    out follows the number of images. Checkpoints are made after `checkpoint_steps` or `checkpoint_seconds`,
    whichever comes first. Decoded images are kept up to `cache_bytes`.
    """

    method: Literal["moco_v2"] = "moco_v2"
    mode: Literal["tup", "vup", "uf"] = "tup"
    source_id: str = Field("", max_length=64)
    initial_encoder_id: str = Field("", max_length=64)
    target_share: float = Field(0.2, gt=0, le=10)
    backbone: Literal["resnet_small", "resnet18", "resnet50"] = "resnet18"
    stem: Literal["imagenet", "small_image"] = "small_image"
    image_size: int = Field(32, ge=16, le=512)
    epochs: int = Field(200, ge=1, le=10_000)
    batch_size: int = Field(256, ge=8, le=8192)
    learning_rate: float | None = Field(None, gt=0)
    weight_decay: float = Field(1e-4, ge=0)
    key_momentum: float = Field(0.999, ge=0, le=1)
    temperature: float = Field(0.2, gt=0)
    queue_size: int | None = Field(None, ge=8, le=2**20)
    projection_dim: int = Field(128, ge=2, le=4096)
    batch_norm_splits: int = Field(
        1, ge=1, le=64, description="Parts of a batch with statistics of their own."
    )
    augmentation: Augmentation = Augmentation()
    seed: int = Field(0, ge=0, le=2**31 - 1)
    checkpoint_steps: int = Field(1000, ge=1)
    checkpoint_seconds: float = Field(60, gt=0)
    cache_bytes: int = Field(4 * 1024**3, ge=0)

    @model_validator(mode="after")
    def _batch_can_be_split(self) -> Self:
        if self.batch_size % self.batch_norm_splits:
            raise ValueError("batch_size must be a multiple of batch_norm_splits")
        return self

    def target_draws(self, source: int, target: int) -> int:
        """Return how many target images an epoch draws: `target_share` of `source` images, re-balanced."""
        if self.mode == "vup":
            return 0
        return target if self.mode == "uf" else min(max(1, round(self.target_share * source)), 2**31)

    def epoch_images(self, source: int, target: int) -> int:
        """Return how many images an epoch draws from `source` and `target` images."""
        return (0 if self.mode == "uf" else source) + self.target_draws(source, target)

    def steps(self, source: int, target: int) -> int:
        """Return the optimisation steps of all epochs; an incomplete last batch of an epoch is left out."""
        return self.epochs * (self.epoch_images(source, target) // self.batch_size)
