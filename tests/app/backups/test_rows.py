"""Rows go through a backup's files unchanged, within one kind of database and from one to the other."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.backups.errors import UnusableBackupError
from app.backups.folder import read_table, table_file, write_lines
from app.backups.rows import NOT_KEPT, insert_rows, kept_tables, read_rows
from app.core.database import make_engine, write_connection
from app.core.models import Base
from tests.app.backups.random_rows import add_rows, draw_rows, stored_rows
from tests.conftest import DATABASES
from tests.servers import postgresql

METADATA = Base.metadata
NewEngine = Callable[[str], AbstractContextManager[Engine]]


@pytest.fixture
def new_engine(
    tmp_path: Path, migrated_database: Path, postgresql_databases: postgresql.Databases
) -> NewEngine:
    """Return a context manager that yields the engine of a new, migrated database of a kind."""
    numbers = itertools.count()

    @contextmanager
    def new(kind: str) -> Iterator[Engine]:
        if kind == "postgresql":
            with postgresql_databases.copy() as address:
                yield from _engine(address)
        else:
            path = tmp_path / f"{next(numbers)}.sqlite3"
            path.write_bytes(migrated_database.read_bytes())
            yield from _engine(f"sqlite:///{path}")

    return new


def _engine(address: str) -> Iterator[Engine]:
    engine = make_engine(address)
    yield engine
    engine.dispose()


def through_files(folder: Path, source: Engine, target: Engine) -> None:
    """Write all rows of `source` to files and those to `target`."""
    (folder / "tables").mkdir(exist_ok=True)
    with source.connect() as connection:
        for table in kept_tables(connection):
            path = table_file(folder, table.name)
            write_lines(path, itertools.chain([table.columns.keys()], read_rows(connection, table)))
    with write_connection(target) as connection:
        for table in kept_tables(connection):
            insert_rows(connection, table, *read_table(folder, table.name))


@pytest.mark.parametrize(("source", "target"), list(itertools.product(DATABASES, DATABASES)))
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_rows_come_back_as_they_were(
    new_engine: NewEngine, tmp_path: Path, source: str, target: str, data: st.DataObject
) -> None:
    rows = draw_rows(data, METADATA, NOT_KEPT)
    with new_engine(source) as one, new_engine(target) as other:
        with write_connection(one) as connection:
            add_rows(connection, METADATA, rows)
        through_files(tmp_path, one, other)
        with one.connect() as before, other.connect() as after:
            stored = stored_rows(before, METADATA, NOT_KEPT)
            assert {name: len(found) for name, found in stored.items()} == {
                name: len(found) for name, found in rows.items()
            }
            assert stored_rows(after, METADATA, NOT_KEPT) == stored


def test_columns_that_the_table_has_not_are_told(engine: Engine) -> None:
    with write_connection(engine) as connection:
        users = next(table for table in kept_tables(connection) if table.name == "users")
        with pytest.raises(UnusableBackupError, match=r"The table users has other columns: .*, shoe_size"):
            insert_rows(connection, users, ["id", "shoe_size"], [["a", 44]])
