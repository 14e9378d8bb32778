"""Bodies of reviews and their pages."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.core.bodies import Body
from app.core.states import RoundState
from app.labelling.lease_schemas import Holder, Waiting
from ml.config import MAX_PAGE_SIZE, ReviewConfig, ReviewMode

CategoryId = Annotated[str, Field(max_length=64)]
ImageId = Annotated[str, Field(max_length=64)]
Unusable = Literal["broken", "not_in_list"]


class ReviewOut(BaseModel):
    """A review is a round whose `fits` are its steps.

    `seen` and `left` count the images of the pool that are in use; `pages_left` is about how many pages of
    `page_size` show what is left. `unreadable` of those left cannot be shown. `pages` were confirmed, with
    `corrections` among their `labels`. `fitting` says that the model learns at this moment.
    """

    id: str
    number: int
    project_id: str
    state: RoundState
    config: ReviewConfig
    fits: int
    fitting: bool
    seen: int
    left: int
    unreadable: int
    pages_left: int
    pages: int
    labels: int
    corrections: int
    error: str | None
    created_at: datetime
    finished_at: datetime | None


class ReviewPatch(Body):
    """Fields left out stay. Pages that nobody has yet are made anew, also of what was left open before.

    `person` is set with a `mode`: left out, the labels are everybody's again.
    """

    mode: ReviewMode | None = None
    person: str | None = Field(None, max_length=64)
    page_size: int | None = Field(None, ge=1, le=MAX_PAGE_SIZE)
    refit_every: int | None = Field(None, ge=0, le=1000)


class PagesRequest(Body):
    """`size` is how many images fit on the screen: a page with more is cut, and the rest is another one."""

    count: int = Field(1, ge=1, le=4)
    size: int | None = Field(None, ge=1, le=MAX_PAGE_SIZE)
    holder: Holder = ""


class PageImageOut(BaseModel):
    """`guess` is the category that the model gives it, with a `confidence`."""

    id: str
    width: int
    height: int
    guess: str | None
    confidence: float


class PageOut(BaseModel):
    """Images side by side that are all `category_id`, by the model of the review's fit number `fit`.

    Without a category they have to be named. `labelled` says that they have this label, which is doubted.
    """

    id: str
    fit: int
    category_id: str | None
    labelled: bool
    images: list[PageImageOut]
    expires_at: datetime


class PagesOut(BaseModel):
    """`waiting_for` says why there is no page: the model makes some, others have them, or all are seen."""

    items: list[PageOut]
    waiting_for: Waiting | None


class PageAnswer(Body):
    """What a person makes of a page: every image is `default`, but for `answers`, `unusable` and `left`.

    Without a `default`, what is not named is left as it is. `seconds` were spent on the page.
    """

    default: CategoryId | None = None
    answers: dict[ImageId, CategoryId] = Field(default={}, max_length=MAX_PAGE_SIZE)
    unusable: dict[ImageId, Unusable] = Field(default={}, max_length=MAX_PAGE_SIZE)
    left: list[ImageId] = Field(default=[], max_length=MAX_PAGE_SIZE)
    seconds: float | None = Field(None, ge=0, le=86_400)


class Kept(BaseModel):
    """An image of the page whose answer does not count, and why."""

    image_id: str
    reason: str


class ConfirmedPage(BaseModel):
    """`labels` were given or confirmed, `corrections` of them other than the page said."""

    id: str
    labels: int
    corrections: int
    kept: list[Kept]


class UndonePage(BaseModel):
    """`withdrawn` answers are history now; those of the images `changed` meanwhile by somebody stay.

    `page` is with the caller again; null where the review has ended or nothing of it is left.
    """

    page: PageOut | None
    withdrawn: int
    changed: list[str]


class MyPage(BaseModel):
    """A page that the caller has confirmed, the newest first, for undo after a reload."""

    id: str
    category_id: str | None
    labels: int
    corrections: int
    confirmed_at: datetime


class PageIds(Body):
    page_ids: list[str] = Field(max_length=100)
    holder: Holder = ""
