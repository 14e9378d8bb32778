"""Keyset pages: `?limit=&cursor=` gives `{"items": [...], "next_cursor": ...}`."""

import base64
import binascii
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

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
            return base64.urlsafe_b64decode(self.cursor.encode()).decode()
        except (ValueError, binascii.Error) as error:
            raise Problem(422, "This cursor is not valid.", field="cursor") from error


def page_params(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50, cursor: Annotated[str | None, Query()] = None
) -> PageParams:
    """Read the page from the query string."""
    return PageParams(limit=limit, cursor=cursor)


def next_cursor(last_id: str) -> str:
    """Return the opaque cursor that starts after `last_id`."""
    return base64.urlsafe_b64encode(last_id.encode()).decode()
