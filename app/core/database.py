"""Engine and transactions. SQLite writes take one in-process lock before `BEGIN IMMEDIATE` (ADR 0003)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event, func, make_url, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from app.core.config import get_settings

AFTER_COMMIT = "after_commit"
STEPS_ARE_LOCKED = "steps_are_locked"
# The last gives the disk back what a large transaction has left of the write-ahead log.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    f"journal_size_limit={64 * 2**20}",
)
POOL_SIZE, POOL_OVERFLOW = 20, 20
CONNECT_SECONDS = 5
# Compiling a plan takes longer than running one of ours.
PLANNING = "-c jit=off"
_write_lock = threading.Lock()


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware UTC datetime; SQLite drops the zone, so it is put back on load."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event below decides when a transaction starts
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = "IMMEDIATE" if connection.get_execution_options().get("write", False) else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def make_engine(address: str) -> Engine:
    """Return an engine for `address` with the pragmas and pool that this service relies on.

    `postgresql://` (or `postgres://`) means the psycopg driver, which is the one that we install.
    """
    url = make_url(address)
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": PLANNING, "connect_timeout": CONNECT_SECONDS},
        )
    arguments = {"check_same_thread": False}
    engine = create_engine(url, pool_size=48, max_overflow=16, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def advisory_lock(connection: Connection, number: int, *, shared: bool = False) -> None:
    """Hold PostgreSQL's lock of this number until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        connection.execute(select(lock(number)))


def plan_by_index(connection: Connection) -> None:
    """Have PostgreSQL look rows up by index until the transaction ends, whatever its statistics say.

    Tables grow from nothing to tens of thousands of rows between two of its looks at them. A plan made for
    the empty table would read the full one from end to end at each label.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


@lru_cache
def get_engine() -> Engine:
    """Return the engine of this process."""
    return make_engine(get_settings().sqlalchemy_url)


@contextmanager
def read_connection(engine: Engine | None = None) -> Iterator[Connection]:
    """Yield a Core connection for reading only; whatever it reads is as of one moment."""
    engine = engine or get_engine()
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def write_connection(engine: Engine | None = None) -> Iterator[Connection]:
    """Yield a Core connection in one write transaction, committed on a clean exit."""
    engine = engine or get_engine()
    sqlite = engine.dialect.name == "sqlite"
    with _write_lock if sqlite else nullcontext(), engine.connect() as unmarked:
        connection = unmarked.execution_options(write=True)
        with connection.begin():
            yield connection


@contextmanager
def write_session(engine: Engine | None = None) -> Iterator[Session]:
    """Yield an ORM session in one write transaction, committed on a clean exit, then run `after_commit`."""
    with write_connection(engine) as connection:
        session = Session(connection, expire_on_commit=False)
        yield session
        session.flush()
        session.close()
    for callback in session.info.get(AFTER_COMMIT, []):
        callback()


def after_commit(session: Session, callback: Callable[[], object]) -> None:
    """Run `callback` once the session's transaction is committed; never after a rollback."""
    session.info.setdefault(AFTER_COMMIT, []).append(callback)


@contextmanager
def read_session(engine: Engine | None = None) -> Iterator[Session]:
    """Yield an ORM session for reading only."""
    with read_connection(engine) as connection, Session(connection, expire_on_commit=False) as session:
        yield session
