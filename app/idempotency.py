"""Idempotency keys: a retry with the same key and body gets the first answer, and nothing happens twice.

Inside the handler's own write transaction:

    once = claim(connection, user.id, f"PUT /queries/{id}/annotation", key, body=body, model=AnnotationOut)
    if once.answer is not None:
        return once.answer
    ...
    once.remember(connection, answer)
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Generic, TypeVar

from fastapi import Header
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.core.database import now
from app.core.models import IdempotencyKey
from app.errors import Problem

Answer = TypeVar("Answer", bound=BaseModel)
KEPT = timedelta(hours=24)
IdempotencyHeader = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


@dataclass(frozen=True)
class Once(Generic[Answer]):
    """A claimed key. `answer` is set where the request was answered before."""

    user_id: str
    route: str
    key: str | None
    answer: Answer | None = None

    def remember(self, connection: Connection, answer: Answer, status: int = 200) -> None:
        """Keep `answer` for retries; it is written with the transaction that it describes."""
        if self.key is None:
            return
        connection.execute(
            update(IdempotencyKey)
            .where(_same(self.user_id, self.route, self.key))
            .values(status=status, response=answer.model_dump_json())
        )

    def forget(self, connection: Connection) -> None:
        """Free the key of a request that was refused, so that a retry is judged anew."""
        if self.key is not None:
            connection.execute(delete(IdempotencyKey).where(_same(self.user_id, self.route, self.key)))


def claim(
    connection: Connection, user_id: str, route: str, key: str | None, *, body: BaseModel, model: type[Answer]
) -> Once[Answer]:
    """Take `key` for this request, or return the answer that it had within the last 24 hours.

    `route` names the object too (`PUT /queries/<id>/annotation`). The insert comes first, so that of two
    simultaneous requests the second waits for the first. Without a key nothing is stored. 422 for a key that
    came with another body.
    """
    if key is None:
        return Once(user_id, route, None)
    body_hash = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    fresh = {"body_hash": body_hash, "status": 0, "response": "", "created_at": now()}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    taken = connection.execute(
        insert(IdempotencyKey)
        .values(user_id=user_id, route=route, key=key, **fresh)
        .on_conflict_do_update(
            index_elements=["user_id", "route", "key"],
            set_=fresh,
            where=IdempotencyKey.created_at < now() - KEPT,
        )
    )
    if taken.rowcount:
        return Once(user_id, route, key)
    columns = select(IdempotencyKey.body_hash, IdempotencyKey.response)
    row = connection.execute(columns.where(_same(user_id, route, key))).one()
    if row.body_hash != body_hash:
        raise Problem(422, "This key was used with another body.", field="Idempotency-Key")
    return Once(user_id, route, key, model.model_validate_json(row.response))


def forget_old(connection: Connection) -> int:
    """Delete the keys that are older than 24 hours; returns how many."""
    return connection.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT)).rowcount


def _same(user_id: str, route: str, key: str) -> ColumnElement[bool]:
    return and_(IdempotencyKey.user_id == user_id, IdempotencyKey.route == route, IdempotencyKey.key == key)
