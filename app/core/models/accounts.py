"""Who may do what: users, their sessions, tokens and sign-in links, and memberships of projects."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models.base import Base, CreatedAt, Identifier, reference
from app.core.names import name_key


def _key_of_name(context: DefaultExecutionContext) -> str:
    parameters: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    return name_key(parameters["name"])


class User(Base):
    """Someone who signs in; `name_key` makes names unique whatever their case."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('admin', 'member')", name="role"),)

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_key: Mapped[str | None] = mapped_column(String(320), index=True, unique=True, default=_key_of_name)
    password_hash: Mapped[str | None]
    role: Mapped[str] = mapped_column(String(10), default="member")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]


class BrowserSession(Base):
    __tablename__ = "sessions"

    id: Mapped[Identifier]
    user_id: Mapped[str] = reference("users.id", index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]


class ApiToken(Base):
    __tablename__ = "api_tokens"

    id: Mapped[Identifier]
    user_id: Mapped[str] = reference("users.id", index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[CreatedAt]


class SignInLink(Base):
    __tablename__ = "sign_in_links"

    id: Mapped[Identifier]
    user_id: Mapped[str] = reference("users.id", index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Membership(Base):
    __tablename__ = "memberships"
    __table_args__ = (CheckConstraint("role IN ('owner', 'reviewer', 'annotator')", name="role"),)

    project_id: Mapped[str] = reference("projects.id", primary_key=True)
    user_id: Mapped[str] = reference("users.id", index=True, primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[CreatedAt]


class IdempotencyKey(Base):
    """The stored answer to a request, so that a retry gets the same one (kept for 24 hours)."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[str] = reference("users.id", primary_key=True)
    route: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    response: Mapped[str]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)
