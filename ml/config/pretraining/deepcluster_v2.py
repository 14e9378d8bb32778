"""The settings of DeepCluster v2."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from ml.config.pretraining.common import Augmentation, PretrainConfig


class DeepclusterV2Config(PretrainConfig):
    """DeepCluster v2 (Caron et al. 2018, 2020): views have to find the cluster that their image was in.

    All images are clustered anew before each epoch, by their embeddings of the epoch before. The learning
    rate is scaled linearly with the batch; the optimiser is LARS.
    """

    own_warm_up: ClassVar = 10

    method: Literal["deepcluster_v2"] = Field(
        "deepcluster_v2",
        title="DeepCluster v2",
        description="Groups all images before each epoch, and learns to tell the groups apart.",
    )
    temperature: float = Field(
        0.1, gt=0, title="Temperature", description="The lower, the more the nearest groups count."
    )
    projection_dim: int = Field(
        128,
        ge=2,
        le=4096,
        title="Projection size",
        description="Numbers that stand for an image while it learns.",
    )
    prototypes: int | None = Field(
        None,
        ge=2,
        le=100_000,
        title="Groups",
        description="Left out, one for 200 images, from 10 to 3,000.",
    )
    heads: int = Field(
        3, ge=1, le=16, title="Groupings", description="Ways to group the images that are learned together."
    )
    kmeans_iterations: int = Field(
        10, ge=1, le=1000, title="Rounds of grouping", description="Steps of k-means before each epoch."
    )
    small_crops: int = Field(
        0,
        ge=0,
        le=16,
        title="Small views",
        description="Further views of small parts of an image; the authors take 6 at 224 pixels, none where "
        "images are small.",
    )
    small_crop_size: int | None = Field(
        None,
        ge=8,
        le=512,
        title="Size of small views",
        description="Pixels a side. Left out, 3/7 of the image size, as 96 of 224.",
    )
    small_crop_least: float = Field(
        0.05, gt=0, le=1, title="Small views, least", description="The least share of the image they show."
    )
    small_crop_most: float = Field(
        0.14, gt=0, le=1, title="Small views, most", description="The largest share of the image they show."
    )
    weight_decay: float = Field(1e-6, ge=0, title="Weight decay")
    final_rate: float = Field(
        0.001,
        ge=0,
        le=1,
        title="Learning rate at the end",
        description="As a share of the highest.",
    )
    augmentation: Augmentation = Field(
        Augmentation(smallest_crop=0.14, jitter_strength=0.8),
        title="Random views",
        description="The random views of one image are learned to be in one group.",
    )

    @model_validator(mode="after")
    def _small_crops_have_a_range(self) -> Self:
        if self.small_crop_least > self.small_crop_most:
            raise ValueError("small_crop_least must be at most small_crop_most")
        return self

    def small_size(self) -> int:
        """Return the pixels a side of small views."""
        return self.small_crop_size or max(8, round(self.image_size * 3 / 7))

    def speed_key(self) -> str:
        """Return what the speed depends on beside network, size and batch: the small views."""
        return f"{self.small_crops}x{self.small_size()}" if self.small_crops else ""
