"""Audits of labels that nobody has seen, what people answer in them, and the certificates they lead to."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models.base import Base, CreatedAt, Identifier, reference
from app.core.states import AUDIT_STATES

OPEN = text("state = 'open'")


class Audit(Base):
    """A uniform sample of the `population` labels that nobody had seen, of the model of `step_id`.

    What each image was called, and the order in which they are asked, is the blob `labels_key`, which never
    changes. It is audit number `attempt` with this goal, and may be wrong with a probability of `alpha`. A
    project has one open audit at most.
    """

    __tablename__ = "audits"
    __table_args__ = (
        CheckConstraint(f"state IN {AUDIT_STATES}", name="state"),
        Index("uq_audits_open", "project_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id", index=True)
    step_id: Mapped[str | None] = mapped_column(String(32))
    goal: Mapped[float]
    sure: Mapped[float]
    mistakes: Mapped[float] = mapped_column(default=0.0)
    attempt: Mapped[int]
    alpha: Mapped[float]
    population: Mapped[int]
    images: Mapped[int]
    labels_key: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(9), default="open")
    reason: Mapped[str | None]
    created_by: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]


class AuditItem(Base):
    """One place of an audit's order, from the moment that it was first handed out.

    `label_id` is what the image was called, which nobody is told while the audit is open; `category_id` is
    the answer, or `skipped` says that nobody can tell. `annotation_id` is the label that the answer gave the
    image, and `replaced_id` the one that stood there before.
    """

    __tablename__ = "audit_items"
    __table_args__ = (
        UniqueConstraint("audit_id", "position"),
        Index(None, "audit_id", "annotator_id"),
    )

    id: Mapped[Identifier]
    audit_id: Mapped[str] = reference("audits.id")
    position: Mapped[int]
    image_id: Mapped[str] = reference("images.id", index=True)
    label_id: Mapped[str] = mapped_column(String(32))
    category_id: Mapped[str | None] = mapped_column(String(32))
    skipped: Mapped[bool] = mapped_column(default=False)
    annotator_id: Mapped[str | None] = mapped_column(String(32))
    annotation_id: Mapped[str | None] = mapped_column(String(32))
    replaced_id: Mapped[str | None] = mapped_column(String(32))
    seconds: Mapped[float | None]
    holder: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Certificate(Base):
    """What was certified when: `statement` is an `ml.certificate.statement.Certificate`.

    `counts` has the estimated images of each category with an interval, and the blob `labels_key` all the
    labels that it is about.
    """

    __tablename__ = "certificates"

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id", index=True)
    audit_id: Mapped[str | None] = reference("audits.id", index=True)
    step_id: Mapped[str | None] = mapped_column(String(32))
    statement: Mapped[dict[str, Any]]
    counts: Mapped[list[Any]]
    labels_key: Mapped[str] = mapped_column(String(255))
    created_by: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[CreatedAt]
