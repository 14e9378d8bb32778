"""Bodies of the comparison of encoders."""

from typing import Literal

from pydantic import BaseModel


class MeasuredOut(BaseModel):
    """How often the default head on an encoder is right about labels that it has not learned from.

    `labels` were left out, one by one or in folds; they are not drawn by chance, so that `accuracy` compares
    encoders and says little of the rest. `images_left` of the pool are not embedded, which would take about
    `seconds`. All are null until it is `measured`.
    """

    encoder_id: str
    state: Literal["none", "measuring", "measured", "failed"]
    accuracy: float | None = None
    standard_error: float | None = None
    labels: int | None = None
    images_left: int | None = None
    seconds: float | None = None


class DifferenceOut(BaseModel):
    """How much more often the best encoder is right than another, about the same `labels`.

    `shown` says whether that is two standard errors at least: less may be chance.
    """

    encoder_id: str
    other_id: str
    difference: float
    standard_error: float
    labels: int
    shown: bool


class ComparisonOut(BaseModel):
    """The encoders that a round can start on. `enough` labels are two of each of two categories."""

    enough: bool
    labels: int
    items: list[MeasuredOut]
    differences: list[DifferenceOut]
