"""The settings that every method of pretraining has."""

from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator
from pydantic.config import JsonDict

from ml.config.base import FrozenModel
from ml.config.pretraining.presets import Preset

_RUN: JsonDict = {"x-group": "Run"}

Backbone = Literal["resnet_small", "resnet18", "resnet50", "resnet_small_gn_ws", "resnet50_gn_ws"]
WITHOUT_BATCH_NORM = {"resnet_small_gn_ws", "resnet50_gn_ws"}
"""With GroupNorm and standardised weights in its place, as BiT."""


class Augmentation(FrozenModel):
    """The random views of one image that have to be recognised as the same; the defaults are MoCo v2's."""

    smallest_crop: float = Field(
        0.2,
        gt=0,
        le=1,
        title="Smallest crop",
        description="The least share of the image's area that a view shows.",
    )
    colour_jitter: float = Field(
        0.8, ge=0, le=1, title="Colour jitter", description="How often colours change."
    )
    jitter_strength: float = Field(
        0.4,
        ge=0,
        le=1,
        title="Strength of colour jitter",
        description="The most that brightness, contrast and saturation change; hue: a quarter of it.",
    )
    greyscale: float = Field(0.2, ge=0, le=1, title="Greyscale", description="How often colours go.")
    blur: float = Field(0.5, ge=0, le=1, title="Blur", description="How often a view is blurred.")
    flip: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Flip",
        description="How often a view is mirrored; 0 where left and right matter, as in digits and text.",
    )


class PretrainConfig(FrozenModel):
    """Pretraining without labels; a method is a class below this one, with its name and settings of its own.

    Titles, descriptions and bounds are those of the form in the browser; `x-group` names the part of the
    form that a field stands in.
    """

    presets: ClassVar[dict[str, Preset]] = {}
    """Published settings by name."""

    own_warm_up: ClassVar[float] = 0
    """The epochs of warm-up that the method was published with."""

    method: str = Field(title="Method")
    mode: Literal["tup", "vup", "uf"] = Field(
        "tup",
        title="What it learns from",
        description="`tup`: source and target images, the target re-balanced to `target_share` of the source "
        "(paper, section 4); `vup`: the source alone; `uf`: goes on from `initial_encoder_id` on the target "
        "alone, at a tenth of the learning rate (paper, section 6.3).",
    )
    source_id: str = Field("", max_length=64, title="Source", description="For `tup` and `vup`.")
    initial_encoder_id: str = Field("", max_length=64, title="Goes on from", description="For `uf`.")
    target_share: float = Field(
        0.2,
        gt=0,
        le=10,
        title="Share of your images",
        description="Target images that an epoch draws, as a share of the source's images.",
    )
    backbone: Backbone = Field("resnet18", title="Network")
    stem: Literal["imagenet", "small_image"] = Field(
        "small_image",
        title="First layer",
        description="`small_image` is fine, for small images; `imagenet` is coarse, for photographs.",
    )
    image_size: int = Field(
        32, ge=16, le=512, title="Image size", description="Pixels a side that the network sees."
    )
    epochs: int = Field(200, ge=1, le=10_000, title="Epochs", description="Passes over all images.")
    batch_size: int = Field(256, ge=8, le=8192, title="Batch size")
    learning_rate: float | None = Field(
        None,
        gt=0,
        title="Learning rate",
        description="For a batch of 256. Left out, it is the method's own.",
    )
    weight_decay: float = Field(1e-4, ge=0, title="Weight decay")
    schedule: Literal["cosine_step", "cosine_epoch"] = Field(
        "cosine_step",
        title="Learning rate falls",
        description="Along half a cosine: with each step, or once an epoch.",
    )
    warm_up_epochs: float | None = Field(
        None,
        ge=0,
        le=1000,
        title="Warm-up, in epochs",
        description="So long the learning rate rises from nothing to its highest. Left out, it is the "
        "method's own, and a twentieth of the epochs at most.",
    )
    final_rate: float = Field(
        0,
        ge=0,
        le=1,
        title="Learning rate at the end",
        description="As a share of the highest.",
    )
    augmentation: Augmentation = Field(
        Augmentation(),
        title="Random views",
        description="Two random views of one image have to be recognised as the same.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="The same seed gives the same run.",
        json_schema_extra=_RUN,
    )
    checkpoint_steps: int = Field(
        1000,
        ge=1,
        title="Checkpoint every, in steps",
        description="After so many steps or seconds, whichever comes first.",
        json_schema_extra=_RUN,
    )
    checkpoint_seconds: float = Field(
        60,
        gt=0,
        title="Checkpoint every, in seconds",
        description="At most this much is lost when it is cancelled.",
        json_schema_extra=_RUN,
    )
    measurements: int = Field(
        5,
        ge=0,
        le=1000,
        title="Measurements",
        description="How often, evenly over the run, it is measured how well known classes separate: of the "
        "test images, or of a source with a folder for each class. It changes nothing of what is learned.",
        json_schema_extra=_RUN,
    )
    cache_bytes: int = Field(
        4 * 1024**3,
        ge=0,
        title="Memory for decoded images, in bytes",
        description="Decoded images are kept up to this size.",
        json_schema_extra=_RUN,
    )

    @field_validator("augmentation", mode="before")
    @classmethod
    def _views_left_out_are_the_methods(cls, given: Any) -> Any:
        """Return `given` with what it leaves out taken from the method's own views."""
        own: Augmentation = cls.model_fields["augmentation"].default
        return own.model_dump() | given if isinstance(given, dict) else given

    @property
    def has_batch_norm(self) -> bool:
        """Return whether images of a batch meet in the network, in the statistics of BatchNorm."""
        return self.backbone not in WITHOUT_BATCH_NORM

    def encoder_arguments(self) -> dict[str, bool]:
        """Return how the encoder differs from its architecture: what its network is made with."""
        return {}

    def warm_up(self) -> float:
        """Return the epochs of warm-up: as configured, or the method's own as far as a short run bears it.

        A twentieth of the epochs is SimCLR v2's share (Chen et al. 2020b); a run of 200 has the whole ten.
        """
        if self.warm_up_epochs is not None:
            return self.warm_up_epochs
        return min(self.own_warm_up, self.epochs / 20)

    def speed_key(self) -> str:
        """Return what the speed depends on beside method, network, image size and batch: '' for nothing."""
        return ""

    def needs_classes(self) -> bool:
        """Return whether it learns the classes of its images."""
        return False

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
