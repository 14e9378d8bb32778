"""Rows as plain JSON values, the same for SQLite and PostgreSQL, whatever schema revision they have."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    cast,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.types import TypeDecorator

from app.backups.errors import UnusableBackupError
from app.core.database import UtcDateTime

ROWS_AT_ONCE = 1000
NOT_KEPT = {"alembic_version", "sessions", "sign_in_links"}
"""Tables that no backup has: the revision stands in its manifest, and nobody stays signed in."""


class _JsonText(TypeDecorator[str]):
    """A JSON column as the text that it stores, so that nothing in it changes on the way."""

    impl, cache_ok = Text, True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(column, Text)


class _TypedJsonText(_JsonText):
    """The same where the database wants to be told that a text is JSON."""

    cache_ok = True

    def bind_expression(self, bindparam: Any) -> ColumnElement[Any]:
        return cast(cast(bindparam, Text), JSON)


def kept_tables(connection: Connection) -> list[Table]:
    """Return the tables that a backup has, parents before children."""
    return [table for table in all_tables(connection) if table.name not in NOT_KEPT]


def all_tables(connection: Connection) -> list[Table]:
    """Return the tables that the database has now, parents before children, Alembic's left out."""
    metadata = MetaData()
    json_text = _TypedJsonText() if connection.dialect.name == "postgresql" else _JsonText()

    def reflect(_inspector: object, _table: object, column: Any) -> None:
        if isinstance(column["type"], JSON):
            column["type"] = json_text
        elif isinstance(column["type"], DateTime):
            column["type"] = UtcDateTime()
        elif not isinstance(column["type"], String | Integer | Float | Boolean):
            raise TypeError(f"backups know nothing of columns like {column['name']} ({column['type']})")

    event.listen(metadata, "column_reflect", reflect)
    metadata.reflect(connection, only=lambda name, _: name != "alembic_version")
    return metadata.sorted_tables


def count_rows(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """Return the number of rows by table."""
    counting = {table.name: select(func.count()).select_from(table) for table in tables}
    return {name: connection.execute(statement).scalar_one() for name, statement in counting.items()}


def read_rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """Yield the values of each row, in the order of the table's columns; the rows by primary key."""
    statement = select(table).order_by(*table.primary_key)
    for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(statement):
        yield [value.isoformat() if isinstance(value, datetime) else value for value in row]


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Add rows whose values are in the order of `columns`; returns how many.

    UnusableBackupError where the table's columns are others.
    """
    if set(columns) != set(table.columns.keys()):
        odd = sorted(set(columns) ^ set(table.columns.keys()))
        raise UnusableBackupError(f"The table {table.name} has other columns: {', '.join(odd)}.")
    moments = [isinstance(table.columns[name].type, UtcDateTime) for name in columns]
    waiting, count = iter(rows), 0
    while batch := list(islice(waiting, ROWS_AT_ONCE)):
        values = [
            {
                name: datetime.fromisoformat(value) if moment and value is not None else value
                for name, moment, value in zip(columns, moments, row, strict=True)
            }
            for row in batch
        ]
        connection.execute(insert(table), values)
        count += len(batch)
    return count
