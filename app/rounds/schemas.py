"""Bodies of rounds, steps and leases."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.auth.schemas import Body
from ml.config import RoundConfig

RoundState = Literal["proposing", "labelling", "finetuning", "paused", "done", "failed", "cancelled"]
Waiting = Literal["model", "others", "finished"]


class NewRound(Body):
    config: RoundConfig


class RoundOut(BaseModel):
    """`number` counts the rounds of the project from 1; `message` says why it asks for less than planned.

    `asked`, `labelled` and `skipped` are of the whole round; `outstanding` is of the current step.
    `changed_by` names who paused, resumed or cancelled it last.
    """

    id: str
    number: int
    project_id: str
    state: RoundState
    config: RoundConfig
    step: int
    steps: int
    asked: int
    labelled: int
    skipped: int
    outstanding: int
    budget: int
    job_id: str | None
    error: str | None
    message: str | None
    changed_by: str | None
    created_at: datetime
    finished_at: datetime | None


class Accuracy(BaseModel):
    """On the images whose truth is known; `images` says how many those are."""

    model_config = ConfigDict(frozen=True)

    top1: float
    mean_class: float
    images: int


class StepOut(BaseModel):
    """`labels` is the number of labels (indicators included) that the step's model was trained on."""

    index: int
    state: Literal["labelling", "finetuning", "done"]
    asked: int
    labelled: int
    skipped: int
    labels: int
    encoder_id: str | None
    accuracy: Accuracy | None
    prequential: float | None
    seconds: dict[str, float]
    message: str | None


Holder = Annotated[str, Field(max_length=64, description="Which of the caller's tabs or programs asks.")]


class LeaseRequest(Body):
    count: int = Field(1, ge=1, le=50)
    holder: Holder = ""


class QueryIds(Body):
    query_ids: list[str] = Field(max_length=100)
    holder: Holder = ""


class QueryImage(BaseModel):
    id: str
    width: int
    height: int
    filename: str


class Suggestion(BaseModel):
    category_id: str
    confidence: float


class ClusterOut(BaseModel):
    """How many images the eigen-sample stands for, and up to 12 of them, nearest first."""

    size: int
    image_ids: list[str]


class LeaseItem(BaseModel):
    """`suggestions` ranks the model's guesses, best first; `suggestion` is the first of them."""

    query_id: str
    step: int
    image: QueryImage
    suggestion: Suggestion | None
    suggestions: list[Suggestion]
    cluster: ClusterOut
    expires_at: datetime


class LeasesOut(BaseModel):
    """`waiting_for` says why there is nothing to hand out."""

    items: list[LeaseItem]
    waiting_for: Waiting | None


class RenewedOut(BaseModel):
    renewed: list[str]
    lost: list[str]
    expires_at: datetime
