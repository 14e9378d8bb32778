"""Bodies of encoders."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.core.bodies import Body
from app.core.names import Name
from app.core.states import EncoderState
from ml.config import AnyPretrainConfig, BundledEncoder, EncoderSpec


class NewEncoder(Body):
    name: Name
    encoder: EncoderSpec = Field(default_factory=BundledEncoder)


class EncoderAccepted(BaseModel):
    id: str
    job_id: str


class EncoderOut(BaseModel):
    """`details` holds what the job measured: architecture, feature dimension, image size, parameters.

    Of the checkpoint of others they also say `checkpoint`: its file, its sha256 and the layout of its keys.
    Of a pretrained encoder they also say its mode, its source's name, the images per second, the last loss,
    alignment and uniformity, and what it was `measured` by, with the last `knn_accuracy` and `bcubed`.
    """

    id: str
    project_id: str
    name: str
    kind: Literal["bundled", "timm", "checkpoint", "finetuned", "pretrain"]
    config: dict[str, Any]
    state: EncoderState
    weights_sha256: str | None
    details: dict[str, Any]
    error: str | None
    created_at: datetime


class CheckpointOut(BaseModel):
    """A file in the weights folder, as `encoder.file` names it."""

    file: str
    bytes: int


class NewEstimate(Body):
    config: AnyPretrainConfig


class Estimate(BaseModel):
    """What a pretraining would take: images an epoch, `target_draws` of them of the target, and steps.

    `warm_up_epochs` is the warm-up that it would have, also where it is left to the method.

    `images_per_second` and `seconds` are null until a speed has been measured here; `job_id` is the job that
    measures it. Ask again until it is done.
    """

    source_images: int
    target_images: int
    target_draws: int
    epoch_images: int
    steps: int
    warm_up_epochs: float
    images_per_second: float | None
    seconds: float | None
    job_id: str | None


class CurvePoint(BaseModel):
    """Means since the last point; alignment and uniformity are those of Wang and Isola (2020).

    Some points say how well the classes of labelled images separate: the top-1 accuracy of a vote of each
    one's nearest others, and the BCubed F of k-means with a cluster a class. Elsewhere both are null.
    """

    step: int
    steps: int
    epoch: float
    loss: float
    alignment: float
    uniformity: float
    learning_rate: float
    images_per_second: float
    seconds_left: float
    knn_accuracy: float | None
    bcubed: float | None


class CurveOut(BaseModel):
    """A pretraining as it goes: its points in the order of their steps, thinned out where they are many.

    `job_id` is its newest job; `resumable` says whether it ended early and may go on after `checkpoint_step`,
    or from its start where there is no checkpoint.
    """

    points: list[CurvePoint]
    job_id: str | None
    checkpoint_step: int | None
    resumable: bool
