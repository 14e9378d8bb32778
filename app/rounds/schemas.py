"""Bodies of rounds and steps."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.core.bodies import Body
from app.core.kinds import RoundKind
from app.core.states import RoundState, StepState
from ml.config import ReviewConfig, RoundConfig


class NewRound(Body):
    config: RoundConfig


class RoundOut(BaseModel):
    """`number` counts the rounds of the project from 1, those of the kind `review` included.

    `message` says why it asks for less than planned, `review` how a review pages. `step` is the newest
    that people are asked about. `asked`, `labelled` and `skipped` are of the whole round; `outstanding` is
    of the steps that are being labelled, the oldest of which is `open_step`: one, but where the round
    proposes ahead. `weak` counts the images that answers of the round have settled beside their own.
    `steps` and `budget` are null where the round is open-ended or a review. `finishing` says that somebody
    has finished it, and that it is done once a model has learnt from its labels. `changed_by` names who
    paused, resumed, finished or cancelled it last.
    """

    id: str
    number: int
    project_id: str
    kind: RoundKind
    state: RoundState
    config: RoundConfig
    review: ReviewConfig | None
    step: int
    open_step: int | None
    steps: int | None
    asked: int
    labelled: int
    skipped: int
    weak: int
    outstanding: int
    budget: int | None
    finishing: bool
    job_id: str | None
    error: str | None
    message: str | None
    changed_by: str | None
    created_at: datetime
    finished_at: datetime | None


class Accuracy(BaseModel):
    """On the images whose truth is known; `images` says how many those are.

    `weighted` counts each category as often as the pool seems to have it. `apart` is the part of the test
    images that would have to be of other categories to be distributed like the pool; null where that is
    little, may be chance, or was not measured.
    """

    model_config = ConfigDict(frozen=True)

    top1: float
    mean_class: float
    images: int
    weighted: float | None = None
    apart: float | None = None


class StepOut(BaseModel):
    """`labels` is the number of labels (indicators included) that the step's model was trained on."""

    index: int
    state: StepState
    asked: int
    labelled: int
    skipped: int
    labels: int
    encoder_id: str | None
    accuracy: Accuracy | None
    prequential: float | None
    seconds: dict[str, float]
    message: str | None


class Interval(BaseModel):
    """A figure, and the interval that holds it with a probability of 90 %: parts of 1."""

    middle: float
    low: float
    high: float


class ForecastOut(BaseModel):
    """`accuracy` of the model of `step`, and the `gain` in it that `labels` more labels would buy.

    By `images` test images (`basis` test), or by how sure the model is of that many images without a label,
    corrected by how often its guesses were right (`basis` pool). `seconds` is what the labels would take
    people. `go_on` says whether the gain is at least `worth`.
    """

    basis: Literal["test", "pool"]
    round_id: str
    step: int
    images: int
    accuracy: Interval
    labels: int
    gain: Interval
    seconds: float | None
    worth: float
    go_on: bool
