"""The busiest routes: who is calling and what they may touch, found by one statement that is built once."""

from functools import lru_cache
from typing import Any

from fastapi import Response
from pydantic import BaseModel
from sqlalchemy import Connection, Row, Select, and_, bindparam

from app.core.models import Category, Membership, Query, Round
from app.core.problems import not_found
from app.deps import Credentials, unauthorised, user_statement
from app.projects.merged import read_merged


@lru_cache
def _round_statement(*, cookie: bool) -> Select[*tuple[Any, ...]]:
    return (
        user_statement(cookie=cookie)
        .join(Round, Round.id == bindparam("round"))
        .join(Membership, and_(Membership.user_id == _user_id(), Membership.project_id == Round.project_id))
        .add_columns(Round.project_id, Round.state.label("round_state"))
    )


@lru_cache
def _query_statement(*, cookie: bool) -> Select[*tuple[Any, ...]]:
    active = and_(
        Category.id == bindparam("category"),
        Category.project_id == Round.project_id,
        Category.archived_at.is_(None),
    )
    return (
        user_statement(cookie=cookie)
        .join(Query, Query.id == bindparam("query"))
        .join(Round, Round.id == Query.round_id)
        .join(Membership, and_(Membership.user_id == _user_id(), Membership.project_id == Round.project_id))
        .outerjoin(Category, active)
        .add_columns(
            Query.id.label("query_id"),
            Query.round_id,
            Query.step_id,
            Query.image_id,
            Round.project_id,
            Category.id.label("category_id"),
        )
    )


def _user_id() -> Any:
    return user_statement(cookie=False).selected_columns.id


def round_scope(connection: Connection, credentials: Credentials, round_id: str) -> Row[*tuple[Any, ...]]:
    """Return (id of the caller, project_id, round_state); 401 and 404 as everywhere."""
    statement = _round_statement(cookie=credentials.cookie)
    row = connection.execute(statement, credentials.parameters | {"round": round_id}).first()
    if row is None:
        raise _refusal(connection, credentials, "round")
    return row


def query_scope(
    connection: Connection, credentials: Credentials, query_id: str, category_id: str | None = None
) -> Row[*tuple[Any, ...]]:
    """Return (id of the caller, query_id, round_id, step_id, image_id, project_id, category_id).

    `category_id` is None unless the given one is an active category of the project, or was merged into one,
    whose id it then is. 401 and 404 as everywhere.
    """
    statement = _query_statement(cookie=credentials.cookie)
    parameters = credentials.parameters | {"query": query_id, "category": category_id}
    row = connection.execute(statement, parameters).first()
    if row is None:
        raise _refusal(connection, credentials, "query")
    if category_id is not None and row.category_id is None:
        target = read_merged(connection, row.project_id).get(category_id)
        return query_scope(connection, credentials, query_id, target) if target else row
    return row


def _refusal(connection: Connection, credentials: Credentials, what: str) -> Exception:
    known = connection.execute(user_statement(cookie=credentials.cookie), credentials.parameters).first()
    return not_found(what) if known else unauthorised()


def as_json(body: BaseModel) -> Response:
    """Return `body` as JSON, written here in the handler's thread instead of on the event loop."""
    return Response(body.model_dump_json(), media_type="application/json")
