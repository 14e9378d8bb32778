"""Keyset pages: `?limit=&cursor=` gives `{"items": [...], "next_cursor": ...}`."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Integer, Row, Select, and_, or_
from sqlalchemy.orm import Session

from app.core.problems import Problem

Item = TypeVar("Item")
MAX_LIMIT = 500
SEPARATOR = " "
LISTING_DIGITS, NUMBER_DIGITS = 8, 9


def _invalid() -> Problem:
    return Problem(422, "This cursor is not valid.", field="cursor")


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = None


class PageParams(BaseModel):
    """`cursor` is what the previous page of `listing` returned as `next_cursor`.

    A cursor names its list and the place where the next page starts. One of another list, and whatever else
    this API would not give out for this one, is refused with 422; the row of the place may be gone since.
    """

    limit: int = 50
    cursor: str | None = None
    listing: str = ""

    def after(self) -> str | None:
        """Return the id after which the page starts."""
        if self.cursor is None:
            return None
        (identifier,) = self._places(1)
        return _identifier(identifier)

    def after_place(self, *, numbered: bool) -> tuple[datetime | int, str] | None:
        """Return the time, or number, and the id, after which a page of the newest first starts."""
        if self.cursor is None:
            return None
        place, identifier = self._places(2)
        return (_number(place) if numbered else _time(place)), _identifier(identifier)

    def cursor_after(self, *places: object) -> str:
        """Return the opaque cursor that starts after a row at these places, of which the last is its id."""
        said = [each.isoformat() if isinstance(each, datetime) else str(each) for each in places]
        return base64.urlsafe_b64encode(SEPARATOR.join([self.listing, *said]).encode()).decode()

    def _places(self, count: int) -> list[str]:
        try:
            said = base64.urlsafe_b64decode((self.cursor or "").encode()).decode()
        except ValueError as error:
            raise _invalid() from error
        listing, *places = said.split(SEPARATOR)
        if listing != self.listing or len(places) != count:
            raise _invalid()
        return places


def _identifier(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise _invalid()
    return text


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _invalid() from error
    raise _invalid()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS):
        raise _invalid()
    return int(text)


def page_params(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    cursor: Annotated[str | None, Query()] = None,
) -> PageParams:
    """Read the page from the query string; the list is told by its route and what the path names."""
    about = [request.scope["endpoint"].__name__, *sorted(request.path_params.items())]
    listing = hashlib.sha256(repr(about).encode()).hexdigest()[:LISTING_DIGITS]
    return PageParams(limit=limit, cursor=cursor, listing=listing)


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
        items=[build(row) for row in shown],
        next_cursor=page.cursor_after(*_place(shown[-1])) if more else None,
    )


Ordered = tuple[Select[*tuple[Any, ...]], tuple[ColumnElement[Any], ...]]


def _by_id(statement: Select[*tuple[Any, ...]], id_column: Any, page: PageParams) -> Ordered:
    after = page.after()
    if after is not None:
        statement = statement.where(id_column > after)
    return statement.add_columns(id_column.label("page_id")), (id_column.asc(),)


def _by_place(statement: Select[*tuple[Any, ...]], column: Any, id_column: Any, page: PageParams) -> Ordered:
    after = page.after_place(numbered=isinstance(column.type, Integer))
    if after is not None:
        place, identifier = after
        statement = statement.where(or_(column < place, and_(column == place, id_column < identifier)))
    labelled = statement.add_columns(id_column.label("page_id"), column.label("page_place"))
    return labelled, (column.desc(), id_column.desc())


def _place(row: Row[*tuple[Any, ...]]) -> tuple[object, ...]:
    """Return what a cursor says of the last row that was shown."""
    return (row.page_place, row.page_id) if hasattr(row, "page_place") else (row.page_id,)
