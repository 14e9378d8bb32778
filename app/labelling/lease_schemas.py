"""Bodies of leases."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.core.bodies import Body

Waiting = Literal["model", "others", "finished"]
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
