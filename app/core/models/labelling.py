"""The loop: rounds, evolution steps, queries, leases and annotations."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.kinds import ANNOTATION_KINDS, ROUND_KINDS
from app.core.models.base import Base, CreatedAt, Identifier, reference
from app.core.states import QUERY_STATES, ROUND_ENDED, ROUND_STATES

LIVE_ANSWER = text("superseded_at IS NULL AND query_id IS NOT NULL")
LIVE_DIRECT = text("superseded_at IS NULL AND query_id IS NULL AND kind <> 'weak'")
LIVE_WEAK = text("superseded_at IS NULL AND kind = 'weak'")


class Round(Base):
    """One run of the loop, the `number`th of its project; `config` is `ml.config.RoundConfig` as JSON.

    A round of the kind `review` asks nothing: its steps are fits, and people look at pages
    (`app/core/models/reviews.py`). `review` is its `ml.config.ReviewConfig`, `config` that of the round that
    it follows.

    An encoder that is averaged with the round's own cannot be deleted while the round is there.
    `changed_by` is the user who paused, resumed, finished or cancelled it last. `budget` is what it asks for
    in all; in an open-ended round, what it has asked for. `finish_requested_at` is when somebody finished it:
    a model may still be learning its last labels.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint(f"state IN {ROUND_STATES}", name="state"),
        CheckConstraint(f"kind IN {ROUND_KINDS}", name="kind"),
        Index(
            "uq_rounds_active",
            "project_id",
            unique=True,
            sqlite_where=text(f"state NOT IN {ROUND_ENDED}"),
            postgresql_where=text(f"state NOT IN {ROUND_ENDED}"),
        ),
    )

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id", index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(6), default="loop", server_default="loop")
    encoder_id: Mapped[str] = reference("encoders.id")
    second_encoder_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("encoders.id"))
    config: Mapped[dict[str, Any]]
    review: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(String(12), default="proposing")
    resume_state: Mapped[str | None] = mapped_column(String(12))
    step: Mapped[int] = mapped_column(default=0)
    budget: Mapped[int]
    error: Mapped[str | None]
    message: Mapped[str | None]
    created_by: Mapped[str | None] = mapped_column(String(32))
    changed_by: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[CreatedAt]
    finish_requested_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Step(Base):
    """One evolution step; index 0 is the point "1+0" measured on the indicators alone."""

    __tablename__ = "steps"
    __table_args__ = (UniqueConstraint("round_id", "index"),)

    id: Mapped[Identifier]
    round_id: Mapped[str] = reference("rounds.id")
    index: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="labelling")
    asked: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None]
    encoder_id: Mapped[str | None] = mapped_column(String(32))
    accuracy: Mapped[dict[str, Any] | None]
    prequential: Mapped[float | None]
    seconds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    artefacts_key: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]


class LaterPredictions(Base):
    """Files like a step's, in which its model says what some images show that came after it."""

    __tablename__ = "later_predictions"

    id: Mapped[Identifier]
    step_id: Mapped[str] = reference("steps.id", index=True)
    artefacts_key: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[CreatedAt]


class Query(Base):
    """An eigen-sample in the labelling queue, with the cluster that it stands for.

    `dropped_image_ids` are those that whoever labelled the cluster has dropped from it, the surest first.
    """

    __tablename__ = "queries"
    __table_args__ = (
        UniqueConstraint("round_id", "image_id"),
        Index(None, "step_id", "state", "position"),
        CheckConstraint(f"state IN {QUERY_STATES}", name="state"),
    )

    id: Mapped[Identifier]
    round_id: Mapped[str] = reference("rounds.id")
    step_id: Mapped[str] = reference("steps.id")
    image_id: Mapped[str] = reference("images.id", index=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="open")
    suggestions: Mapped[list[Any]] = mapped_column(default=list)
    cluster_size: Mapped[int] = mapped_column(default=1)
    cluster_image_ids: Mapped[list[Any]] = mapped_column(default=list)
    substitutes: Mapped[list[Any]] = mapped_column(default=list)
    substitute_of: Mapped[str | None] = mapped_column(String(32))
    dropped_image_ids: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    created_at: Mapped[CreatedAt]


class Lease(Base):
    """A hand-out of one slot of a query; the unique constraints, not locks alone, prevent a second one.

    `holder` is the tab, or whatever else of the user's, that shows the image; programs leave it empty.
    """

    __tablename__ = "leases"
    __table_args__ = (UniqueConstraint("query_id", "slot"), UniqueConstraint("query_id", "user_id"))

    id: Mapped[Identifier]
    query_id: Mapped[str] = reference("queries.id")
    slot: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[str] = reference("users.id", index=True)
    holder: Mapped[str] = mapped_column(String(64), default="", server_default="")
    expires_at: Mapped[datetime]


class Annotation(Base):
    """A label or a skip.

    `slot` is taken by the answer that settles a query; it is NULL for an "unclear" skip, which only its
    annotator passes, and for a superseded row (`superseded_at` set), which is history and counts nowhere.

    A weak label answers no query: it comes from the answer to `cluster_query_id`, of whose cluster its image
    is, and counts only while the image has no other label.
    """

    __tablename__ = "annotations"
    __table_args__ = (
        UniqueConstraint("query_id", "slot"),
        Index(
            "uq_annotations_live_query_user",
            "query_id",
            "annotator_id",
            unique=True,
            sqlite_where=LIVE_ANSWER,
            postgresql_where=LIVE_ANSWER,
        ),
        Index(
            "uq_annotations_live_direct",
            "image_id",
            unique=True,
            sqlite_where=LIVE_DIRECT,
            postgresql_where=LIVE_DIRECT,
        ),
        Index(
            "uq_annotations_live_weak",
            "image_id",
            unique=True,
            sqlite_where=LIVE_WEAK,
            postgresql_where=LIVE_WEAK,
        ),
        Index(None, "project_id", "image_id"),
        Index(None, "annotator_id", "created_at", "id"),
        CheckConstraint(f"kind IN {ANNOTATION_KINDS}", name="kind"),
        CheckConstraint("skip IN ('unclear', 'not_in_list', 'broken')", name="skip"),
        CheckConstraint("(category_id IS NULL) <> (skip IS NULL)", name="category_or_skip"),
    )

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id")
    image_id: Mapped[str] = reference("images.id", index=True)
    query_id: Mapped[str | None] = reference("queries.id")
    cluster_query_id: Mapped[str | None] = reference("queries.id", index=True)
    slot: Mapped[int | None]
    category_id: Mapped[str | None] = reference("categories.id", index=True)
    skip: Mapped[str | None] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(10))
    annotator_id: Mapped[str | None] = mapped_column(String(32))
    import_id: Mapped[str | None] = mapped_column(String(32))
    seconds: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[CreatedAt]
    superseded_at: Mapped[datetime | None]
