"""Bodies of audits and certificates."""

from datetime import date, datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.core.bodies import Body
from app.core.states import AuditState
from app.labelling.lease_schemas import Holder
from app.pagination import Page
from ml.certificate.statement import Certificate


class NewAudit(Body):
    """A share `goal` of the labels may be wrong, with the confidence `sure`.

    `mistakes` is the share of people's own answers that is taken to be wrong.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"goal": 0.01, "sure": 0.95}]})

    goal: float = Field(gt=0, le=0.5)
    sure: float = Field(0.95, ge=0.5, le=0.9999)
    mistakes: float = Field(0.0, ge=0, lt=0.5)


class Progress(BaseModel):
    """`counted` answers, of all `answered`, are those before the first place that has none yet.

    At most `wrong_at_most` labels of the whole set, a share `share_at_most`, are wrong by them. `found_wrong`
    and the bound are as of every tenth counted answer while the audit is open, so that nobody can read from
    them what the model said of one image. `answers_left` is about how many more it takes if wrong labels turn
    up as until now; null before the first ten, and where it would hardly pass.
    """

    answered: int
    counted: int
    found_wrong: int
    skipped: int
    wrong_at_most: int
    share_at_most: float
    answers_left: int | None


class AuditOut(BaseModel):
    """An audit of `population` labels, of `images`, that nobody had seen.

    It is attempt number `attempt` at its goal and may be wrong with a probability of `alpha`. `reason` says
    why it is void. `certificate_id` is what it led to.
    """

    id: str
    project_id: str
    state: AuditState
    goal: float
    sure: float
    mistakes: float
    attempt: int
    alpha: float
    images: int
    population: int
    model: str | None
    reason: str | None
    progress: Progress
    certificate_id: str | None
    created_at: datetime
    finished_at: datetime | None


class PlanRow(BaseModel):
    """Answers until the audit passes if a share `rate` of the unseen labels is wrong; null: it hardly will.

    `source` says where the rate comes from: what the `model` expects of itself, the newest `review`ed
    pages, the last `audit`, the `test` images, or that `none` is wrong.
    """

    source: Literal["none", "model", "review", "audit", "test"]
    rate: float
    mean: float | None
    median: int | None
    most: int | None


class PlanOut(BaseModel):
    """What an audit of `unseen` labels of `images` would take; `allowed` labels may be wrong in all."""

    images: int
    seen: int
    unseen: int
    without_label: int
    allowed: int
    attempt: int
    alpha: float
    rates: list[PlanRow]


class AuditLeaseRequest(Body):
    count: int = Field(1, ge=1, le=20)
    holder: Holder = ""


class AuditImage(BaseModel):
    """An image to answer; neither its name nor anything else says what the model calls it."""

    id: str
    width: int
    height: int


class AuditLease(BaseModel):
    item_id: str
    image: AuditImage
    expires_at: datetime


class AuditLeasesOut(BaseModel):
    """`waiting_for` says why there is nothing to hand out: others hold what is left, or it has ended."""

    items: list[AuditLease]
    waiting_for: Literal["others", "finished"] | None


class AuditAnswer(Body):
    """A category, or `skip` where nobody can tell: the label then counts as wrong."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"skip": "unclear"}]})

    category_id: str | None = Field(None, max_length=64)
    skip: Literal["unclear"] | None = None
    seconds: float | None = Field(None, ge=0, le=86_400)

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        if (self.category_id is None) == (self.skip is None):
            raise ValueError("give exactly one of category_id and skip")
        return self


class AuditAnswerOut(BaseModel):
    """The caller's answer, and how far the audit is after it."""

    item_id: str
    image_id: str
    category_id: str | None
    skip: Literal["unclear"] | None
    audit: AuditOut


class AuditUndoOut(BaseModel):
    """`item` is the image again, handed to the caller."""

    item: AuditLease
    category_id: str | None
    skip: Literal["unclear"] | None
    audit: AuditOut


class MyAuditAnswer(BaseModel):
    """One of the caller's answers to an audit, for undo after a reload."""

    item_id: str
    image_id: str
    category_id: str | None
    skip: Literal["unclear"] | None
    answered_at: datetime


class AuditItemOut(BaseModel):
    """One place of an audit that has ended: what the image was called, and what people answered."""

    position: int
    image_id: str
    label_id: str
    category_id: str | None
    skipped: bool
    annotator: str | None
    answered_at: datetime | None


class CategoryCount(BaseModel):
    """How many images of the pool are of a category: estimated, and between `low` and `high`."""

    category_id: str
    category: str
    estimate: float
    low: int
    high: int


class CertificateOut(BaseModel):
    """What was certified on `date`; `void` says why it holds no more, null while it does.

    `id` is null where every image has been seen: that needs no audit and is never out of date. `said` is the
    sentence that people read everywhere, with its date and whether it is void.
    """

    id: str | None
    sentence: str
    said: str
    date: date
    statement: Certificate
    share: float
    model: str | None
    audit_id: str | None
    void: str | None
    counts: list[CategoryCount]
    created_at: datetime | None


class CertificatesPage(Page[CertificateOut]):
    """`current` is what holds now, or else what held last; null before the first. `audit` is under way."""

    current: CertificateOut | None = None
    audit: AuditOut | None = None
