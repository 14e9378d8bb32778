"""Rows that Hypothesis chooses for every table, within what its columns and constraints allow."""

import re
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    cast,
    insert,
    null,
    select,
)

from app.core.database import UtcDateTime

MOST_ROWS = 3
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | st.text(CHARACTERS, max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(CHARACTERS, max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
Rows = dict[str, list[dict[str, Any]]]


def draw_rows(data: st.DataObject, metadata: MetaData, left_out: set[str]) -> Rows:
    """Return some rows by table; children have parents among them."""
    rows: Rows = {}
    for table in metadata.sorted_tables:
        if table.name in left_out:
            continue
        taken: set[Any] = set()
        rows[table.name] = []
        for number in range(data.draw(st.integers(0, MOST_ROWS))):
            row = _draw_row(data, table, rows, number)
            places = [] if row is None else _unique_places(table, row)
            if row is not None and taken.isdisjoint(places):
                taken.update(places)
                rows[table.name].append(row)
    return rows


def _draw_row(data: st.DataObject, table: Table, rows: Rows, number: int) -> dict[str, Any] | None:
    allowed, row = _allowed(table), dict[str, Any]()
    for column in table.columns:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            parents = [parent[key.column.name] for parent in rows[key.column.table.name]]
            choices = [*parents, *([None] if column.nullable else [])]
            if not choices:
                return None
            row[column.name] = data.draw(st.sampled_from(choices))
        elif column.primary_key and isinstance(column.type, String):
            row[column.name] = f"{table.name[:20]}{number}"
        else:
            row[column.name] = data.draw(_values(column, allowed.get(column.name)))
    if table.name == "annotations" and (row["category_id"] is None) == (row["skip"] is None):
        row["skip"] = None if row["category_id"] else "broken"
    return row


def _values(column: Column[Any], allowed: list[str] | None) -> st.SearchStrategy[Any]:
    kind = column.type
    if allowed is not None:
        values: st.SearchStrategy[Any] = st.sampled_from(allowed)
    elif isinstance(kind, UtcDateTime):
        values = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    elif isinstance(kind, JSON):  # None here is JSON's own null
        values = st.dictionaries(st.text(CHARACTERS, max_size=3), JSON_VALUES, max_size=3)
        return values | st.lists(JSON_VALUES, max_size=3) | (st.just(null()) if column.nullable else values)
    elif isinstance(kind, Boolean):
        values = st.booleans()
    elif isinstance(kind, Integer):
        values = st.integers(-(2**31), 2**31 - 1)
    elif isinstance(kind, Float):
        values = NUMBERS
    else:
        assert isinstance(kind, String), f"no values are known for {column}"
        values = st.text(CHARACTERS, max_size=kind.length or 40)
    return values | st.none() if column.nullable else values


def _allowed(table: Table) -> dict[str, list[str]]:
    """Return the values that check constraints name, by column."""
    checks = [each for each in table.constraints if isinstance(each, CheckConstraint)]
    found = [re.fullmatch(r"(\w+) IN \((.*)\)", str(each.sqltext)) for each in checks]
    return {match[1]: re.findall(r"'(\w+)'", match[2]) for match in found if match}


def _unique_places(table: Table, row: dict[str, Any]) -> list[Any]:
    """Return what no other row of the table may have; a partial index counts as a whole one."""
    keys = [table.primary_key, *(each for each in table.constraints if isinstance(each, UniqueConstraint))]
    names = [tuple(key.columns.keys()) for key in keys]
    names += [tuple(index.columns.keys()) for index in table.indexes if index.unique]
    return [(key, values) for key in names if None not in (values := tuple(row[name] for name in key))]


def add_rows(connection: Connection, metadata: MetaData, rows: Rows) -> None:
    """Store the rows, parents first."""
    for table in metadata.sorted_tables:
        for row in rows.get(table.name, []):
            connection.execute(insert(table).values(row))


def stored_rows(connection: Connection, metadata: MetaData, left_out: set[str]) -> dict[str, list[Any]]:
    """Return what is stored, JSON as its text, by table."""
    found = {}
    for table in metadata.sorted_tables:
        if table.name not in left_out:
            columns = [cast(each, Text) if isinstance(each.type, JSON) else each for each in table.columns]
            rows = connection.execute(select(*columns).order_by(*table.primary_key))
            found[table.name] = [tuple(row) for row in rows]
    return found
