"""Invitations to projects: links that whoever holds them joins with."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models.base import Base, CreatedAt, Identifier, reference


class Invitation(Base):
    """`uses` people may join by the link as `role`; it ends with the ownership of `created_by`, too."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("role IN ('owner', 'reviewer', 'annotator')", name="role"),)

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id", index=True)
    role: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    uses: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[str] = reference("users.id", index=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
