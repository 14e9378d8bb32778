"""Keyset pages: `?limit=&cursor=` gives `{"items": [...], "next_cursor": ...}`."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, Select, and_, or_
from sqlalchemy.orm import Session

from app.errors import Problem

Item = TypeVar("Item")
MAX_LIMIT = 500
SEPARATOR = " "


def _invalid() -> Problem:
    return Problem(422, "This cursor is not valid.", field="cursor")


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = None


class PageParams(BaseModel):
    """`cursor` is what the previous page returned as `next_cursor`."""

    limit: int = 50
    cursor: str | None = None

    @property
    def after(self) -> str | None:
        """Return the id after which the page starts; 422 for a cursor that this API did not give out."""
        if self.cursor is None:
            return None
        identifier = self._decoded(self.cursor)
        if not identifier.isalnum():
            raise _invalid()
        return identifier

    @property
    def after_place(self) -> tuple[datetime | int, str] | None:
        """Return the time or number, and the id, after which a page of the newest first starts."""
        if self.cursor is None:
            return None
        place, _, identifier = self._decoded(self.cursor).partition(SEPARATOR)
        if not identifier.isalnum():
            raise _invalid()
        try:
            return int(place) if place.isdecimal() else datetime.fromisoformat(place), identifier
        except ValueError as error:
            raise _invalid() from error

    def _decoded(self, cursor: str) -> str:
        try:
            return base64.urlsafe_b64decode(cursor.encode()).decode()
        except (ValueError, binascii.Error) as error:
            raise _invalid() from error


def page_params(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50, cursor: Annotated[str | None, Query()] = None
) -> PageParams:
    """Read the page from the query string."""
    return PageParams(limit=limit, cursor=cursor)


def next_cursor(last: str) -> str:
    """Return the opaque cursor that starts after the row that `last` names."""
    return base64.urlsafe_b64encode(last.encode()).decode()


PageQuery = Annotated[PageParams, Depends(page_params)]


def fetch_page(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    id_column: Any,
    page: PageParams,
    build: Callable[[Row[*tuple[Any, ...]]], Item],
    *,
    newest_first: Any = None,
) -> Page[Item]:
    """Return one page of `statement` in the order of `id_column`; `build` makes an item of a row.

    With `newest_first`, a column of times or numbers, the page is in its order, the highest first: the order
    of ids is none of time.
    """
    if newest_first is None:
        statement, order = _by_id(statement, id_column, page)
    else:
        statement, order = _by_place(statement, newest_first, id_column, page)
    rows = session.execute(statement.order_by(*order).limit(page.limit + 1)).all()
    shown = rows[: page.limit]
    more = len(rows) > page.limit
    return Page(
        items=[build(row) for row in shown], next_cursor=next_cursor(_place(shown[-1])) if more else None
    )


Ordered = tuple[Select[*tuple[Any, ...]], tuple[ColumnElement[Any], ...]]


def _by_id(statement: Select[*tuple[Any, ...]], id_column: Any, page: PageParams) -> Ordered:
    after = page.after
    if after is not None:
        statement = statement.where(id_column > after)
    return statement.add_columns(id_column.label("page_id")), (id_column.asc(),)


def _by_place(statement: Select[*tuple[Any, ...]], column: Any, id_column: Any, page: PageParams) -> Ordered:
    after = page.after_place
    if after is not None:
        place, identifier = after
        statement = statement.where(or_(column < place, and_(column == place, id_column < identifier)))
    labelled = statement.add_columns(id_column.label("page_id"), column.label("page_place"))
    return labelled, (column.desc(), id_column.desc())


def _place(row: Row[*tuple[Any, ...]]) -> str:
    """Return what a cursor says of the last row that was shown."""
    if not hasattr(row, "page_place"):
        return str(row.page_id)
    place = row.page_place
    return f"{place.isoformat() if isinstance(place, datetime) else place}{SEPARATOR}{row.page_id}"
