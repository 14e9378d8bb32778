"""Bodies of projects, categories and members."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.auth.schemas import Body
from app.core.names import Name

Role = Literal["owner", "reviewer", "annotator"]
# c and z act on the page itself (label the cluster, undo)
Shortcut = Annotated[str, StringConstraints(min_length=1, max_length=1, pattern=r"^[0-9abd-y]$")]


class NewProject(Body):
    name: Name
    categories: list[Name] = Field(default=[], max_length=10_000)


class ProjectPatch(Body):
    name: Name


class CategoryOut(BaseModel):
    """`labels` counts live labels of the category, indicators included.

    `merged_into` is the category that this one counts as since it was merged, itself maybe merged further.
    """

    id: str
    name: str
    position: int
    shortcut: str | None
    archived: bool
    merged_into: str | None
    labels: int
    indicators: int


class NewCategory(Body):
    name: Name
    shortcut: Shortcut | None = None


class CategoryPatch(Body):
    """Fields left out stay; `shortcut: null` takes the key away, `archived: false` brings it back."""

    name: Name | None = None
    shortcut: Shortcut | None = None
    position: int | None = Field(None, ge=0)
    archived: bool | None = None


class MergeInto(Body):
    into: str = Field(max_length=32, description="The id of the category that is kept.")


class Moving(BaseModel):
    """How many standing labels and truths a merge moves."""

    labels: int
    truths: int


class Counts(BaseModel):
    """`labelled` counts pool images with a live label; `indicators` those given as indicators."""

    pool: int
    test: int
    truths: int
    labelled: int
    indicators: int
    excluded: int


class ProjectOut(BaseModel):
    id: str
    name: str
    categories: list[CategoryOut]
    counts: Counts
    active_round_id: str | None
    role: Role
    created_at: datetime


class MemberOut(BaseModel):
    user_id: str
    name: str
    role: Role


class MemberPut(Body):
    name: str = Field(max_length=80)
    role: Role
