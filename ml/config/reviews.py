"""One review: which pages people look at, and how often the model learns from them."""

from typing import Literal

from pydantic import Field

from ml.config.base import FrozenModel

ReviewMode = Literal["surest", "least_sure", "changed", "disagree", "far"]
MAX_PAGE_SIZE = 200


class ReviewConfig(FrozenModel):
    """How a review pages through a pool; see docs/finishing.md for the modes."""

    mode: ReviewMode = Field(
        "surest",
        description="What is shown first: what the model is surest of, what it is least sure of, what it "
        "calls otherwise than one fit ago, labels of people that it disagrees with, or what is like nothing "
        "labelled.",
    )
    person: str | None = Field(
        None,
        max_length=64,
        description="The id of the user whose labels are shown, in the mode `disagree`; null: everybody's. "
        "Answers of the service leave it null.",
    )
    page_size: int = Field(48, ge=1, le=MAX_PAGE_SIZE, description="Images of a page, at most.")
    refit_every: int = Field(
        4, ge=0, le=1000, description="Pages that are confirmed between two fits of the model; 0: never."
    )
