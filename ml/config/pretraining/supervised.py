"""The settings of supervised pretraining."""

from typing import Any, Literal

from pydantic import Field, field_validator

from ml.config.pretraining.common import Augmentation, PretrainConfig


class SupervisedConfig(PretrainConfig):
    """Supervised pretraining: the classes of a labelled source are learned (what BiT is to the paper).

    The source has a folder for each class. Images to label have no classes: it learns from the source alone.
    """

    method: Literal["supervised"] = Field(
        "supervised",
        title="Supervised",
        description="Learns the classes of a source that has a folder for each: the control with labels.",
    )
    mode: Literal["tup", "vup", "uf"] = Field(
        "vup",
        title="What it learns from",
        description="`vup`, the source alone: images to label have no classes.",
    )
    augmentation: Augmentation = Field(
        Augmentation(smallest_crop=0.08, colour_jitter=0, greyscale=0, blur=0),
        title="Random views",
        description="The random views whose class is learned.",
    )

    @field_validator("mode")
    @classmethod
    def _source_alone(cls, mode: Any) -> Any:
        if mode != "vup":
            raise ValueError("supervised pretraining is vup only: images to label have no classes to learn")
        return mode

    def needs_classes(self) -> bool:
        """Return that it learns the classes of its images."""
        return True
