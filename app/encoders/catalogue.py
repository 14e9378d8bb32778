"""The encoders to choose from by name, as the API shows them."""

from pydantic import BaseModel

from app.deps import Principal
from app.downloads import may_download
from app.encoders.downloads import BYTES_A_PARAMETER
from ml.config import KNOWN_ENCODERS, LICENCES, KnownEncoder, Licence, Pooling


class KnownEncoderOut(BaseModel):
    """A model of timm by `name`, with the image size (pixels a side) and pooling that are advised for it.

    `bytes` are those of the download, about, and `allowed` says whether the caller may have it downloaded;
    `speed` is in images a second on a CPU where EfficientNet-Lite0 at 224 pixels has 1, give or take half.
    """

    name: str
    title: str
    licence: Licence
    parameters: int
    bytes: int
    allowed: bool
    image_size: int
    pooling: Pooling | None
    speed: float
    advice: str


def known_encoders(user: Principal) -> list[KnownEncoderOut]:
    """Return the encoders to choose from, the advised one first."""
    return [known_encoder_out(each, user) for each in KNOWN_ENCODERS]


def known_encoder_out(encoder: KnownEncoder, user: Principal) -> KnownEncoderOut:
    """Return an encoder of the catalogue as the API shows it to `user`."""
    size = encoder.parameters * BYTES_A_PARAMETER
    told = {"licence": LICENCES[encoder.licence], "bytes": size, "allowed": may_download(user, size)}
    return KnownEncoderOut.model_validate(encoder.model_dump() | told)
