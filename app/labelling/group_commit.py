"""Short writes from many requests, several to a transaction (ADR 0005).

A commit waits for the disk, and a thread a request costs more than a label's statements. So the busiest
routes hand their operation to one writer thread: it runs whatever waits in one transaction, commits, and only
then answers all of them. What is acknowledged is on disk, as with a transaction each.

On PostgreSQL the writers of several api processes meet at the locks of steps. Each takes all that its group
needs first, in the order of their ids, so that no two wait for each other.
"""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import OperationalError

from app.core.database import STEPS_ARE_LOCKED, plan_by_index, write_connection
from app.core.models import Query, Step
from app.core.problems import Problem

Result = TypeVar("Result")
MOST_AT_ONCE = 32
MOST_TRIES = 3
GIVE_WAY = {
    "40001",
    "40P01",
}  # PostgreSQL's serialisation failure and deadlock: the transaction may run again

_LOCK_STEPS = (
    select(Step.id)
    .where(Step.id.in_(select(Query.step_id).where(Query.id.in_(bindparam("query_ids", expanding=True)))))
    .order_by(Step.id)
    .with_for_update(key_share=True)
)


@dataclass
class _Waiting:
    """An operation and the request that waits for it, in whose context it runs.

    `value` or `error` is set once it has run.
    """

    operation: Callable[[Connection], Any]
    query_id: str | None
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None
    context: Context = field(default_factory=copy_context)

    def run(self, connection: Connection) -> None:
        """Run the operation; a Problem is its answer, anything else spoils the transaction."""
        try:
            self.value = self.context.run(self.operation, connection)
        except Problem as problem:
            self.error = problem

    def answer(self) -> None:
        """Give the request its answer, unless it has gone away."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


@dataclass
class GroupWriter:
    """One thread that writes for everybody."""

    waiting: queue.SimpleQueue[_Waiting] = field(default_factory=queue.SimpleQueue)
    thread: threading.Thread | None = None
    starting: threading.Lock = field(default_factory=threading.Lock)

    async def write(self, operation: Callable[[Connection], Result], query_id: str | None = None) -> Result:
        """Return what `operation` returns, once its transaction is committed.

        One that answers a query names it: its step is locked before the operation runs. It must raise a
        Problem only before it has written anything, and may be run again after another operation of its
        transaction has failed.
        """
        self._start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self.waiting.put(_Waiting(operation, query_id, loop, future))
        return await future

    def _start(self) -> None:
        if self.thread is not None and self.thread.is_alive():
            return
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._work, name="writer", daemon=True)
                self.thread.start()

    def _work(self) -> None:
        while True:
            group = self._next()
            try:
                _commit(group)
            except BaseException as error:
                for each in group:
                    each.error = error
            _answer(group)

    def _next(self) -> list[_Waiting]:
        group = [self.waiting.get()]
        while len(group) < MOST_AT_ONCE:
            try:
                group.append(self.waiting.get_nowait())
            except queue.Empty:
                break
        return group


class _OperationError(Exception):
    """An operation failed; its transaction is rolled back."""


@contextmanager
def _transaction() -> Iterator[Connection]:
    """Yield a connection in a write transaction whose statements find their rows by index (ADR 0009)."""
    with write_connection() as connection:
        plan_by_index(connection)
        yield connection


def _commit(group: list[_Waiting]) -> None:
    """Run the group in one transaction; where an operation fails, run each in one of its own."""
    try:
        with _transaction() as connection:
            for each in (waiting for waiting in group if waiting.query_id is None):
                _run(each, connection)  # leases need no step, which another process's writer may be holding
            _lock_steps(group, connection)
            for each in (waiting for waiting in group if waiting.query_id is not None):
                _run(each, connection)
    except _OperationError:
        for each in group:
            _commit_alone(each)


def _lock_steps(group: list[_Waiting], connection: Connection) -> None:
    """Lock the steps of the queries that are answered; SQLite's write lock has locked everything already."""
    query_ids = [each.query_id for each in group if each.query_id is not None]
    if query_ids and connection.dialect.name != "sqlite":
        connection.execute(_LOCK_STEPS, {"query_ids": query_ids})
    connection.execution_options(**{STEPS_ARE_LOCKED: True})


def _run(each: _Waiting, connection: Connection) -> None:
    try:
        each.run(connection)
    except Exception as error:
        raise _OperationError from error


def _commit_alone(each: _Waiting) -> None:
    for tries_left in reversed(range(MOST_TRIES)):
        each.value, each.error = None, None
        try:
            with _transaction() as connection:
                _lock_steps([each], connection)
                each.run(connection)
        except Exception as error:
            each.error = error
            if tries_left and _gave_way(error):
                continue
        return


def _gave_way(error: Exception) -> bool:
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) in GIVE_WAY


def _answer(group: list[_Waiting]) -> None:
    of_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = defaultdict(list)
    for each in group:
        of_loop[each.loop].append(each)
    for loop, each_of_loop in of_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_answer_all, each_of_loop)


def _answer_all(group: list[_Waiting]) -> None:
    for each in group:
        each.answer()


_writer = GroupWriter()


async def write(operation: Callable[[Connection], Result], query_id: str | None = None) -> Result:
    """Return what `operation` returns, once it is committed; see `GroupWriter.write`."""
    return await _writer.write(operation, query_id)
