"""Rows for every table of whatever schema a database has, each column filled, for migrations to meet."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, DateTime, Float, MetaData, String, func, select
from sqlalchemy import Integer as WholeNumber
from sqlalchemy import inspect as inspector

ROWS = 2
_ONE_OF = re.compile(r"(\w+)\)*(?:::[\w ]+)? (?:IN|= ANY)\b[^']*'(\w+)'", re.IGNORECASE)


def populate(connection: Connection) -> dict[str, int]:
    """Add rows to every table, each with its parents and a value in every column; return the counts.

    Only what a check constraint forbids beside a filled parent (a skip beside a category) stays empty.
    """
    tables = reflected(connection)
    allowed, either = _checks(connection)
    for table in tables.sorted_tables:
        for number in range(ROWS):
            values = {
                column.name: _value(column, number, allowed.get((table.name, column.name)))
                for column in table.columns
                if column.foreign_keys or (table.name, column.name) not in either
            }
            connection.execute(table.insert().values(**values))
    return counts(connection)


def contents(connection: Connection) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return every row of every table but Alembic's: its values by column, by table and primary key."""
    return {
        (table.name, *(str(row[column.name]) for column in table.primary_key)): dict(row)
        for table in reflected(connection).sorted_tables
        for row in connection.execute(select(table)).mappings()
    }


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of rows of every table but Alembic's."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in reflected(connection).sorted_tables
    }


def reflected(connection: Connection) -> MetaData:
    """Return the tables that the database has."""
    tables = MetaData()
    tables.reflect(connection, only=lambda name, _: name != "alembic_version")
    return tables


def _checks(connection: Connection) -> tuple[dict[tuple[str, str], str], set[tuple[str, str]]]:
    """Return the first value that check constraints name, and the columns that exclude each other.

    Both by table and column.
    """
    look = inspector(connection)
    first, either = {}, set()
    for table in look.get_table_names():
        for check in look.get_check_constraints(table):
            match = _ONE_OF.search(check["sqltext"])
            if match:
                first[table, match[1]] = match[2]
            else:
                either |= {(table, name) for name in re.findall(r"(\w+) IS NULL", check["sqltext"])}
    return first, either


def _value(column: Column[Any], number: int, allowed: str | None) -> Any:
    kind = column.type
    if allowed is not None:
        return allowed
    if isinstance(kind, DateTime):
        return datetime(2026, 1, 1 + number, tzinfo=UTC)
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, JSON):
        return {"number": number}
    if isinstance(kind, WholeNumber | Float):
        return number
    assert isinstance(kind, String), f"no value is known for {column}"
    return f"row{number}"[: kind.length or 4]
