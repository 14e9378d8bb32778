from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import BaseModel
from sqlalchemy import Connection, Engine, func, select, update

from app.core.database import now, write_connection, write_session
from app.core.models import IdempotencyKey, User
from app.core.problems import Problem
from app.idempotency import Once, claim

ROUTE = "POST /projects/p/rounds"


class Payload(BaseModel):
    value: int


@pytest.fixture
def users(engine: Engine) -> None:
    with write_session() as session:
        session.add_all(User(id=name, name=name) for name in ("olga", "otto"))


@pytest.fixture
def connection(users: None) -> Iterator[Connection]:
    with write_connection() as connection:
        yield connection


def ask(
    connection: Connection, value: int, key: str | None = "k", user: str = "olga", route: str = ROUTE
) -> Once[Payload]:
    return claim(connection, user, route, key, body=Payload(value=value), model=Payload)


def stored(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(IdempotencyKey)).scalar_one()


def test_a_retry_gets_the_first_answer(connection: Connection) -> None:
    first = ask(connection, 1)
    assert first.answer is None
    first.remember(connection, Payload(value=10))
    assert ask(connection, 1).answer == Payload(value=10)


def test_another_body_is_refused(connection: Connection) -> None:
    ask(connection, 1).remember(connection, Payload(value=10))
    with pytest.raises(Problem) as refused:
        ask(connection, 2)
    assert (refused.value.status, refused.value.field) == (422, "Idempotency-Key")


@pytest.mark.parametrize("other", [{"user": "otto"}, {"route": "POST /projects/q/rounds"}, {"key": "l"}])
def test_keys_are_scoped_to_user_and_route(connection: Connection, other: dict[str, str]) -> None:
    ask(connection, 1).remember(connection, Payload(value=10))
    assert ask(connection, 1, **other).answer is None


def test_without_a_key_nothing_is_stored(connection: Connection) -> None:
    ask(connection, 1, key=None).remember(connection, Payload(value=10))
    assert ask(connection, 1, key=None).answer is None
    assert stored(connection) == 0


def test_a_key_counts_for_a_day(connection: Connection) -> None:
    ask(connection, 1).remember(connection, Payload(value=10))
    connection.execute(update(IdempotencyKey).values(created_at=now() - timedelta(hours=25)))
    assert ask(connection, 2).answer is None


def test_a_failed_request_frees_its_key(users: None) -> None:
    def fail() -> None:
        with write_connection() as connection:
            ask(connection, 1)
            raise RuntimeError("the handler failed")

    with pytest.raises(RuntimeError):
        fail()
    with write_connection() as connection:
        assert ask(connection, 2).answer is None
