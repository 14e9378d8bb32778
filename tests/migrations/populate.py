"""Rows for every table of whatever schema a database has, so that migrations meet data."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, DateTime, Float, MetaData, String, func, select
from sqlalchemy import Integer as WholeNumber
from sqlalchemy import inspect as inspector

ROWS = 2
_ONE_OF = re.compile(r"(\w+)\)*(?:::[\w ]+)? (?:IN|= ANY)\b[^']*'(\w+)'", re.IGNORECASE)


def populate(connection: Connection) -> dict[str, int]:
    """Add rows to every table, each with its parents and what columns require; return the counts."""
    tables = reflected(connection)
    allowed = _allowed(connection)
    for table in tables.sorted_tables:
        for number in range(ROWS):
            values = {
                column.name: _value(column, number, allowed.get((table.name, column.name)))
                for column in table.columns
                if column.foreign_keys or column.primary_key or not column.nullable
            }
            connection.execute(table.insert().values(**values))
    return counts(connection)


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


def _allowed(connection: Connection) -> dict[tuple[str, str], str]:
    """Return the first value that a check constraint names, by table and column."""
    look = inspector(connection)
    found = {}
    for table in look.get_table_names():
        for check in look.get_check_constraints(table):
            match = _ONE_OF.search(check["sqltext"])
            if match:
                found[table, match[1]] = match[2]
    return found


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
