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
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, and_, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.core.database import UtcDateTime, now
from app.core.models import IdempotencyKey
from app.core.problems import Problem

Answer = TypeVar("Answer", bound=BaseModel)
KEPT = timedelta(hours=24)
"""How long a key counts; the reaper of the workers deletes older ones."""


# The statements are built once: every label that a browser sends carries a key.
_SAME = and_(
    IdempotencyKey.user_id == bindparam("of_user"),
    IdempotencyKey.route == bindparam("of_route"),
    IdempotencyKey.key == bindparam("of_key"),
)
_FIND = select(IdempotencyKey.body_hash, IdempotencyKey.response).where(_SAME)
_FORGET = delete(IdempotencyKey).where(_SAME)
_REMEMBER = (
    update(IdempotencyKey)
    .where(_SAME)
    .values(status=bindparam("new_status"), response=bindparam("new_response"))
)


def _claiming(insert: Any) -> Any:
    statement = insert(IdempotencyKey).values(
        user_id=bindparam("of_user"),
        route=bindparam("of_route"),
        key=bindparam("of_key"),
        body_hash=bindparam("body_hash"),
        status=0,
        response="",
        created_at=bindparam("created_at"),
    )
    taken_over = ("body_hash", "status", "response", "created_at")
    return statement.on_conflict_do_update(
        index_elements=["user_id", "route", "key"],
        set_={name: statement.excluded[name] for name in taken_over},
        where=IdempotencyKey.created_at < bindparam("oldest", type_=UtcDateTime()),
    ).returning(IdempotencyKey.key)


_CLAIM = {"sqlite": _claiming(sqlite.insert), "postgresql": _claiming(postgresql.insert)}


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
        values = {"new_status": status, "new_response": answer.model_dump_json()}
        connection.execute(_REMEMBER, _same(self.user_id, self.route, self.key) | values)

    def forget(self, connection: Connection) -> None:
        """Free the key of a request that was refused, so that a retry is judged anew."""
        if self.key is not None:
            connection.execute(_FORGET, _same(self.user_id, self.route, self.key))


def claim(
    connection: Connection,
    user_id: str,
    route: str,
    key: str | None,
    *,
    body: BaseModel | None,
    model: type[Answer],
) -> Once[Answer]:
    """Take `key` for this request, or return the answer that it had within the last 24 hours.

    `route` names the object too (`PUT /queries/<id>/annotation`). The insert comes first, so that of two
    simultaneous requests the second waits for the first. Without a key nothing is stored. 422 for a key that
    came with another body.
    """
    if key is None:
        return Once(user_id, route, None)
    content = "" if body is None else body.model_dump_json()
    body_hash = hashlib.sha256(content.encode()).hexdigest()
    same, moment = _same(user_id, route, key), now()
    fresh = {"body_hash": body_hash, "created_at": moment, "oldest": moment - KEPT}
    if connection.execute(_CLAIM[connection.dialect.name], same | fresh).first():
        return Once(user_id, route, key)
    row = connection.execute(_FIND, same).one()
    if row.body_hash != body_hash:
        raise Problem(422, "This key was used with another body.", field="Idempotency-Key")
    return Once(user_id, route, key, model.model_validate_json(row.response))


def _same(user_id: str, route: str, key: str) -> dict[str, str]:
    return {"of_user": user_id, "of_route": route, "of_key": key}
