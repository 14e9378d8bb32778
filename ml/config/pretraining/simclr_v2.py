"""The settings of SimCLR v2."""

from typing import ClassVar, Literal

from pydantic import Field

from ml.config.pretraining.common import Augmentation, PretrainConfig


class SimclrV2Config(PretrainConfig):
    """SimCLR v2 (Chen et al. 2020a, 2020b): a view has to find the image's other view among a whole batch.

    Its optimiser is LARS. The learning rate is scaled with the square root of the batch, which is what lets
    small batches learn.
    """

    own_warm_up: ClassVar = 10

    method: Literal["simclr_v2"] = Field(
        "simclr_v2",
        title="SimCLR v2",
        description="Tells the two views of an image apart from the other images of the batch: the larger, "
        "the better.",
    )
    temperature: float = Field(
        0.1, gt=0, title="Temperature", description="The lower, the more the most alike images count."
    )
    projection_dim: int = Field(
        128,
        ge=2,
        le=4096,
        title="Projection size",
        description="Numbers that stand for an image while it learns.",
    )
    keep_first_layer: bool = Field(
        True,
        title="Keep the first layer of the head",
        description="The encoder ends with the first of the head's three layers, as the authors finetune it.",
    )
    augmentation: Augmentation = Field(
        Augmentation(smallest_crop=0.08, jitter_strength=0.8),
        title="Random views",
        description="Two random views of one image have to be recognised as the same.",
    )

    def encoder_arguments(self) -> dict[str, bool]:
        """Return how the encoder differs from its architecture: in the layer of the head that it keeps."""
        return {"projected": True} if self.keep_first_layer else {}
