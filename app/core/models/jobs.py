"""Background work. The jobs table is the truth; a queue message only notifies workers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import request_id
from app.core.database import now
from app.core.models.base import Base, CreatedAt, Identifier, reference
from app.core.queues import QUEUES
from app.core.states import JOB_STATES


class Job(Base):
    """A unit of background work; `epoch` is the fencing token of every write of its worker."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("round_id", "step", "kind"),
        Index(None, "state", "lease_until"),
        CheckConstraint(f"state IN {JOB_STATES}", name="state"),
        CheckConstraint(f"queue IN {QUEUES}", name="queue"),
    )

    id: Mapped[Identifier]
    project_id: Mapped[str | None] = reference("projects.id", index=True)
    kind: Mapped[str] = mapped_column(String(24))
    queue: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10), default="queued")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    round_id: Mapped[str | None] = reference("rounds.id")
    step: Mapped[int | None]
    epoch: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    checkpoint: Mapped[dict[str, Any] | None]
    progress: Mapped[float] = mapped_column(default=0.0)
    phase: Mapped[str | None] = mapped_column(String(40))
    message: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    created_by: Mapped[str | None] = mapped_column(String(32))
    request_id: Mapped[str | None] = mapped_column(String(request_id.LONGEST), default=request_id.current)
    created_at: Mapped[CreatedAt]
    queued_at: Mapped[datetime | None] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Counter(Base):
    """A figure that only grows, written by workers and shown by `/metrics` (ADR 13); `labels` is JSON."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    labels: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[float]
