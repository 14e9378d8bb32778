"""Errors as `application/problem+json` (RFC 9457), each with a `reason` and, where it fits, a `field`."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from app.core import request_id

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    field: str
    reason: str


class ProblemDetail(BaseModel):
    """The body of every error answer."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
    request_id: str | None = Field(None, description="What the log calls this request.")


class Problem(Exception):  # noqa: N818  (the word of RFC 9457)
    """An error with an HTTP status, a reason for people and, where one is at fault, the field."""

    def __init__(self, status: int, detail: str, *, field: str | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.field, self.extra = status, detail, field, extra
        self.headers: dict[str, str] = extra.pop("headers", {})


def not_found(what: str = "object") -> Problem:
    """Return the answer for an id that does not exist or that the caller may not know of."""
    return Problem(404, f"There is no such {what}.")


def problem_response(
    status: int, detail: str, errors: list[FieldError], headers: dict[str, str], **extra: Any
) -> JSONResponse:
    """Return one problem+json answer."""
    title = HTTPStatus(status).phrase
    problem = ProblemDetail(
        title=title, status=status, detail=detail, errors=errors, request_id=request_id.current()
    )
    return JSONResponse(problem.model_dump() | extra, status, media_type=MEDIA_TYPE, headers=headers)
