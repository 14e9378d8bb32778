import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.core.database import read_connection, write_connection
from app.core.models import User
from app.core.problems import Problem
from app.labelling.group_commit import write


def add(name: str) -> Callable[[Connection], str]:
    def operation(connection: Connection) -> str:
        connection.execute(insert(User).values(id=name, name=name))
        return name

    return operation


def refuse(connection: Connection) -> None:
    raise Problem(404, "There is no such thing.")


def stored() -> set[str]:
    with read_connection() as connection:
        return set(connection.scalars(select(User.id)))


def together(*operations: Callable[[Connection], Any]) -> list[Any]:
    """Run the operations as one group: they wait behind a transaction that is under way."""

    async def run() -> list[Any]:
        entered, leave = threading.Event(), threading.Event()
        threading.Thread(target=hold, args=(entered, leave)).start()
        await asyncio.to_thread(entered.wait)
        waiting = [asyncio.ensure_future(write(operation)) for operation in operations]
        await asyncio.sleep(0.05)
        leave.set()
        return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(run())


def hold(entered: threading.Event, leave: threading.Event) -> None:
    with write_connection():
        entered.set()
        leave.wait(5)


def test_each_request_gets_its_own_answer(engine: Engine) -> None:
    assert together(add("anna"), add("ben"), add("cleo")) == ["anna", "ben", "cleo"]
    assert stored() == {"anna", "ben", "cleo"}


def test_an_answer_is_committed_before_it_is_given(engine: Engine) -> None:
    async def run() -> set[str]:
        await write(add("anna"))
        return stored()

    assert asyncio.run(run()) == {"anna"}


def test_a_refusal_is_one_requests_answer(engine: Engine) -> None:
    first, refused, last = together(add("anna"), refuse, add("ben"))
    assert (first, refused.status, last) == ("anna", 404, "ben")
    assert stored() == {"anna", "ben"}


def test_a_failure_spoils_nobody_elses_write(engine: Engine) -> None:
    first, failed, last = together(add("anna"), add("anna"), add("ben"))
    assert first == "anna"
    assert isinstance(failed, IntegrityError)
    assert last == "ben"
    assert stored() == {"anna", "ben"}


def test_a_request_that_went_away_is_still_written(engine: Engine) -> None:
    async def run() -> None:
        gone = asyncio.ensure_future(write(add("anna")))
        await asyncio.sleep(0)
        gone.cancel()
        assert await write(add("ben")) == "ben"

    asyncio.run(run())
    assert stored() == {"anna", "ben"}


@pytest.mark.parametrize("requests", [1, 100])
def test_the_writer_outlives_its_requests(engine: Engine, requests: int) -> None:
    async def run() -> list[str]:
        return await asyncio.gather(*(write(add(f"user{number}")) for number in range(requests)))

    assert len(asyncio.run(run())) == requests
    with read_connection() as connection:
        assert connection.scalar(select(func.count()).select_from(User)) == requests
