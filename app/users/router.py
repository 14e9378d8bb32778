"""The caller's API tokens, and the users of this installation."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row, delete, select

from app.auth import service
from app.auth.router import user_out
from app.auth.schemas import (
    NewToken,
    NewUser,
    TokenCreated,
    TokenOut,
    UserChanged,
    UserCreated,
    UserOut,
    UserPatch,
)
from app.core.config import get_settings
from app.core.database import read_session, write_session
from app.core.models import ApiToken, Project, User
from app.core.problems import not_found
from app.core.security import hash_password
from app.deps import CurrentAdmin, CurrentUser
from app.pagination import Page, PageQuery, fetch_page
from app.users.taking_over import take_over

router = APIRouter(tags=["accounts"])


def _token_out(row: Row[*tuple[Any, ...]]) -> TokenOut:
    return TokenOut(id=row.id, name=row.name, created_at=row.created_at)


@router.get("/tokens")
def list_tokens(user: CurrentUser, page: PageQuery) -> Page[TokenOut]:
    """List the caller's API tokens."""
    statement = select(ApiToken.id, ApiToken.name, ApiToken.created_at).where(ApiToken.user_id == user.id)
    with read_session() as session:
        return fetch_page(session, statement, ApiToken.id, page, _token_out)


@router.post("/tokens", status_code=201)
def create_token(body: NewToken, user: CurrentUser) -> TokenCreated:
    """Make an API token; its secret is shown this once."""
    with write_session() as session:
        row, secret = service.create_token(session, user.id, body.name)
    return TokenCreated(id=row.id, name=row.name, created_at=row.created_at, token=secret)


@router.delete("/tokens/{token_id}", status_code=204)
def delete_token(token_id: str, user: CurrentUser) -> None:
    """Withdraw one of the caller's API tokens."""
    own = (ApiToken.id == token_id, ApiToken.user_id == user.id)
    with write_session() as session:
        if session.scalar(delete(ApiToken).where(*own).returning(ApiToken.id)) is None:
            raise not_found("token")


@router.get("/users")
def list_users(_admin: CurrentAdmin, page: PageQuery) -> Page[UserOut]:
    """List the users of this installation."""
    with read_session() as session:
        return fetch_page(session, select(User), User.id, page, lambda row: user_out(row[0]))


@router.post("/users", status_code=201)
def create_user(body: NewUser, _admin: CurrentAdmin) -> UserCreated:
    """Make a user. Without a password the answer carries a one-time sign-in link for them."""
    password_hash = hash_password(body.password) if body.password is not None else None
    with write_session() as session:
        user = service.create_user(session, body.name, password_hash, body.role)
        link = None if password_hash else service.make_sign_in_link(session, user.name)
    return UserCreated(user=user_out(user), sign_in_link=link and get_settings().root_path + link)


@router.patch("/users/{user_id}")
def change_user(user_id: str, body: UserPatch, admin: CurrentAdmin) -> UserChanged:
    """Change a user's role or whether they may sign in; their sessions end at once.

    The administrator who deactivates the only active owner of projects becomes their owner. 409 for an
    administrator who deactivates themselves or gives up their own rights.
    """
    taken: Sequence[Project] = []
    with write_session() as session:
        user = session.get(User, user_id)
        if user is None:
            raise not_found("user")
        service.change_user(session, user, body.role, body.active, admin.id)
        if body.active is False:
            taken = take_over(session, user.id, admin.id)
    return UserChanged(**user_out(user).model_dump(), projects_taken_over=[project.name for project in taken])
