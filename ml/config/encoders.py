"""The encoders that a round can run on."""

from typing import Annotated, Literal

from pydantic import Field

from ml.config.base import FrozenModel
from ml.config.pretraining import AnyPretrainConfig

ImageSize = Annotated[
    int | None, Field(ge=32, le=1024, description="Pixels a side that the encoder sees; null: by the images.")
]
Pooling = Literal["token", "avg", "max", "avgmax"]


class BundledEncoder(FrozenModel):
    """An encoder whose weights come inside an installed package."""

    kind: Literal["bundled"] = "bundled"
    name: Literal["efficientnet_lite0"] = "efficientnet_lite0"
    image_size: ImageSize = None


class TimmEncoder(FrozenModel):
    """Any timm model by name; pretrained weights are taken from the service's weights folder, or downloaded.

    `pooling` says how the network's patches or pixels become one row of features; left out, it is the
    network's own. DINOv3's authors take the class token (`token`), where timm takes the mean (`avg`).
    """

    kind: Literal["timm"] = "timm"
    name: str = Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_.\-]+$")
    pretrained: bool = True
    pooling: Pooling | None = None
    image_size: ImageSize = None


class PretrainedEncoder(FrozenModel):
    """An encoder that this service trains without labels."""

    kind: Literal["pretrain"] = "pretrain"
    config: AnyPretrainConfig

    @property
    def image_size(self) -> int:
        """Return the pixels a side that the encoder sees: those it was trained with."""
        return self.config.image_size


CheckpointLayout = Literal[
    "moco", "simclr_v2_tensorflow", "simclr_v2", "bit", "deepcluster_v2", "torchvision"
]


_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.+=\- ]*"  # no dot at its start: nothing hidden, no parent


class CheckpointEncoder(FrozenModel):
    """The encoder in a file that others have published, which lies in the service's weights folder.

    `file` is its path within that folder; of a checkpoint of TensorFlow's it is the index, beside its shards.
    `layout` says what its keys mean; left out, the keys tell. With `sha256` it has to be that file.
    `keep_first_layer`, of SimCLR v2 alone: the encoder ends with the first layer of the head, from which its
    authors finetune.
    """

    kind: Literal["checkpoint"] = "checkpoint"
    file: str = Field(max_length=400, pattern=rf"^{_NAME}(/{_NAME})*$")
    layout: CheckpointLayout | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    keep_first_layer: bool = False
    image_size: ImageSize = None


EncoderSpec = Annotated[
    BundledEncoder | TimmEncoder | CheckpointEncoder | PretrainedEncoder, Field(discriminator="kind")
]
