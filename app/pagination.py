"""Keyset pages: `?limit=&cursor=` gives `{"items": [...], "next_cursor": ...}`."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

from app.errors import Problem

Item = TypeVar("Item")
MAX_LIMIT = 500


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
        try:
            identifier = base64.urlsafe_b64decode(self.cursor.encode()).decode()
        except (ValueError, binascii.Error):
            identifier = ""
        if not identifier.isalnum():
            raise Problem(422, "This cursor is not valid.", field="cursor")
        return identifier


def page_params(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50, cursor: Annotated[str | None, Query()] = None
) -> PageParams:
    """Read the page from the query string."""
    return PageParams(limit=limit, cursor=cursor)


def next_cursor(last_id: str) -> str:
    """Return the opaque cursor that starts after `last_id`."""
    return base64.urlsafe_b64encode(last_id.encode()).decode()


PageQuery = Annotated[PageParams, Depends(page_params)]


def fetch_page(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    id_column: Any,
    page: PageParams,
    build: Callable[[Row[*tuple[Any, ...]]], Item],
    *,
    newest_first: bool = False,
) -> Page[Item]:
    """Return one page of `statement` in the order of `id_column`; `build` makes an item of a row."""
    after = page.after
    if after is not None:
        statement = statement.where(id_column < after if newest_first else id_column > after)
    order = id_column.desc() if newest_first else id_column.asc()
    ordered = statement.add_columns(id_column.label("page_id")).order_by(order)
    rows = session.execute(ordered.limit(page.limit + 1)).all()
    shown = rows[: page.limit]
    more = len(rows) > page.limit
    return Page(
        items=[build(row) for row in shown], next_cursor=next_cursor(shown[-1].page_id) if more else None
    )
