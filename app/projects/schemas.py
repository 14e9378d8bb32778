"""Bodies of projects, categories and members."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.auth.schemas import Password, UserName
from app.core.bodies import Body
from app.core.kinds import RoundKind
from app.core.names import Name

Role = Literal["owner", "reviewer", "annotator"]
# c and z act on the page itself (label the cluster, undo)
Shortcut = Annotated[str, StringConstraints(min_length=1, max_length=1, pattern=r"^[0-9abd-y]$")]


class NewProject(Body):
    """`numbered` adds a number to the name where the caller works on a project of that name already."""

    name: Name
    categories: list[Name] = Field(default=[], max_length=10_000)
    open_categories: bool = False
    numbered: bool = False


class ProjectPatch(Body):
    """Fields left out stay."""

    name: Name | None = None
    open_categories: bool | None = None


class CategoryOut(BaseModel):
    """`labels` counts live labels of the category, indicators included and weak ones not: that is `weak`.

    `merged_into` is the category that this one counts as since it was merged, itself maybe merged further.
    """

    id: str
    name: str
    position: int
    shortcut: str | None
    archived: bool
    merged_into: str | None
    labels: int
    weak: int
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
    """`labelled` counts pool images with a live label; `indicators` those given as indicators.

    `weak` counts pool images that have a weak label only.
    """

    pool: int
    test: int
    truths: int
    labelled: int
    weak: int
    indicators: int
    excluded: int


class Measured(BaseModel):
    """The accuracy of the newest model, after a `step` of the `round`, on `images` whose truth is known."""

    top1: float
    images: int
    round: int
    step: int


class Certified(BaseModel):
    """At most a `share` of the labels was wrong on that date, `sure` is the confidence.

    It `holds`, is `void`, or labels have `changed` since: then the certificate says whether they are others.
    """

    share: float
    sure: float
    date: date
    state: Literal["holds", "changed", "void"]


class ProjectOut(BaseModel):
    """`open_categories` says whether every member makes categories by typing names that are new.

    `accuracy` is the newest model's, null where it was not measured; `certificate` what was certified last.
    """

    id: str
    name: str
    open_categories: bool
    categories: list[CategoryOut]
    counts: Counts
    active_round_id: str | None
    active_round_kind: RoundKind | None
    accuracy: Measured | None
    certificate: Certified | None
    role: Role
    created_at: datetime


class MemberOut(BaseModel):
    user_id: str
    name: str
    role: Role


class MemberPut(Body):
    name: str = Field(max_length=80)
    role: Role


class PersonOut(BaseModel):
    """Somebody who could become a member."""

    name: str


InvitationState = Literal["open", "used", "expired", "withdrawn"]


class NewInvitation(Body):
    """A link for `uses` people, good for some days."""

    role: Role = "annotator"
    expires_in_days: int = Field(7, ge=1, le=90)
    uses: int = Field(1, ge=1, le=1000)


class InvitationOut(BaseModel):
    """`used` of `uses` people have joined by it; only while it is `open` can others."""

    id: str
    role: Role
    uses: int
    used: int
    state: InvitationState
    created_at: datetime
    expires_at: datetime


class InvitationCreated(InvitationOut):
    """`link` is a path on this service, shown this once; only its hash is kept."""

    link: str


class InvitationLink(BaseModel):
    """What a link invites to; `makes_accounts` says whether a newcomer can make an account by it."""

    project: str
    role: Role
    invited_by: str
    makes_accounts: bool


class NewAccount(Body):
    name: UserName
    password: Password


class JoinedOut(BaseModel):
    project_id: str
