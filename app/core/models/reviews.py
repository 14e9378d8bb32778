"""Pages of a review: what they show, with whom they are, and what came of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models.base import Base, CreatedAt, Identifier, reference
from app.core.states import PAGE_STATES


class ReviewPage(Base):
    """Images that the model of a review's fit (the step of index `fit`) calls the same, in their order.

    `images` holds `{"id", "guess", "confidence"}` of each, and for one with a label its `version`. A page
    without `category_id` says nothing: its images have to be named. Open, it is with one person; `given` says
    what confirming it did to each image, so that it can be taken back. Labels given or withdrawn that no fit
    has `learned` are waiting for the next one. What a confirmed page has shown is not shown again, unless
    `again` is set.
    """

    __tablename__ = "review_pages"
    __table_args__ = (
        CheckConstraint(f"state IN {PAGE_STATES}", name="state"),
        Index(None, "round_id", "state", "position"),
    )

    id: Mapped[Identifier]
    round_id: Mapped[str] = reference("rounds.id")
    fit: Mapped[int]
    position: Mapped[int]
    category_id: Mapped[str | None] = mapped_column(String(32))
    images: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(9), default="ready")
    user_id: Mapped[str | None] = mapped_column(String(32))
    holder: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime | None]
    given: Mapped[list[Any]] = mapped_column(default=list)
    labelled: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[int] = mapped_column(default=0)
    learned: Mapped[bool] = mapped_column(default=True)
    again: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[CreatedAt]
    confirmed_at: Mapped[datetime | None]


class PageImage(Base):
    """An image on an open page. The key keeps it off every other one."""

    __tablename__ = "page_images"

    round_id: Mapped[str] = reference("rounds.id", primary_key=True)
    image_id: Mapped[str] = reference("images.id", primary_key=True, index=True)
    page_id: Mapped[str] = reference("review_pages.id", index=True)
