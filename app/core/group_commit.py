"""Short writes from many requests, several to a transaction (ADR 0005).

A commit on SQLite waits for the disk, and a thread a request costs more than a label's statements. So the
busiest routes hand their operation to one writer thread: it runs whatever waits in one transaction, commits,
and only then answers all of them. What is acknowledged is on disk, as with a transaction each.
"""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from app.core.database import get_engine, write_connection
from app.errors import Problem

Result = TypeVar("Result")
MOST_AT_ONCE = 32


@dataclass
class _Waiting:
    """An operation and the request that waits for it; `value` or `error` is set once it has run."""

    operation: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    value: Any = None
    error: BaseException | None = None

    def run(self, connection: Connection) -> None:
        """Run the operation; a Problem is its answer, anything else spoils the transaction."""
        try:
            self.value = self.operation(connection)
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

    async def write(self, operation: Callable[[Connection], Result]) -> Result:
        """Return what `operation` returns, once its transaction is committed.

        It must raise a Problem only before it has written anything, and may be run again after another
        operation of its transaction has failed.
        """
        self._start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self.waiting.put(_Waiting(operation, loop, future))
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


def _commit(group: list[_Waiting]) -> None:
    """Run the group in one transaction; where an operation fails, run each in one of its own."""
    try:
        with write_connection() as connection:
            for each in group:
                _run(each, connection)
    except _OperationError:
        for each in group:
            _commit_alone(each)


def _run(each: _Waiting, connection: Connection) -> None:
    try:
        each.run(connection)
    except Exception as error:
        raise _OperationError from error


def _commit_alone(each: _Waiting) -> None:
    each.value, each.error = None, None
    try:
        with write_connection() as connection:
            each.run(connection)
    except Exception as error:
        each.error = error


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


async def write(operation: Callable[[Connection], Result]) -> Result:
    """Return what `operation` returns, once it is committed; see `GroupWriter.write`.

    PostgreSQL writes side by side and groups commits itself, so there each operation has its own transaction.
    """
    if get_engine().dialect.name == "sqlite":
        return await _writer.write(operation)
    return await run_in_threadpool(_alone, operation)


def _alone(operation: Callable[[Connection], Result]) -> Result:
    with write_connection() as connection:
        return operation(connection)
