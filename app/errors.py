"""Errors as `application/problem+json` (RFC 9457), each with a `reason` and, where it fits, a `field`."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.core import request_id
from app.core.disk import is_full
from app.core.hash_slots import BusyError
from app.core.headers import SECURITY_HEADERS
from app.core.storage import StorageUnavailableError

log = structlog.get_logger()
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


def disk_full() -> JSONResponse:
    """Return the answer where something cannot be stored for lack of room."""
    log.error("disk.full")
    return problem_response(507, "The disk is full.", [], {})


def _field_name(location: tuple[int | str, ...]) -> str:
    parts = [str(part) for part in location]
    return ".".join(parts[1:] if parts and parts[0] in {"body", "query", "path", "header"} else parts)


def install(application: FastAPI) -> None:
    """Make every error of `application` a problem+json answer."""

    @application.exception_handler(Problem)
    def on_problem(_request: Request, error: Problem) -> JSONResponse:
        errors = [FieldError(field=error.field, reason=error.detail)] if error.field else []
        return problem_response(error.status, error.detail, errors, error.headers, **error.extra)

    @application.exception_handler(RequestValidationError)
    def on_validation(_request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [FieldError(field=_field_name(item["loc"]), reason=item["msg"]) for item in error.errors()]
        return problem_response(422, "The request is not valid.", errors, {})

    @application.exception_handler(HTTPException)
    def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        return problem_response(error.status_code, str(error.detail), [], dict(error.headers or {}))

    @application.exception_handler(IntegrityError)
    def on_conflict(_request: Request, error: IntegrityError) -> JSONResponse:
        log.warning("database.conflict", error=type(error.orig).__name__)
        return problem_response(409, "Somebody else changed this at the same moment. Try again.", [], {})

    @application.exception_handler(OperationalError)
    def on_database(_request: Request, error: OperationalError) -> JSONResponse:
        if is_full(error):
            return disk_full()
        log.error("database.unavailable", error=str(error.orig))
        return problem_response(503, "The database is busy. Try again.", [], {"Retry-After": "1"})

    @application.exception_handler(StorageUnavailableError)
    def on_storage(_request: Request, _error: StorageUnavailableError) -> JSONResponse:
        return problem_response(503, "The images cannot be reached. Try again.", [], {"Retry-After": "5"})

    @application.exception_handler(ClientDisconnect)
    def on_broken_off(_request: Request, _error: ClientDisconnect) -> JSONResponse:
        return problem_response(400, "The request broke off before its body was complete.", [], {})

    @application.exception_handler(BusyError)
    def on_busy(_request: Request, _error: BusyError) -> JSONResponse:
        detail = "Too many people are signing in at this moment. Try again in a few seconds."
        return problem_response(503, detail, [], {"Retry-After": "2"})

    @application.exception_handler(DataError)
    def on_data(_request: Request, _error: DataError) -> JSONResponse:
        return problem_response(422, "The request holds a value that cannot be stored.", [], {})

    @application.exception_handler(OSError)
    def on_system(_request: Request, error: OSError) -> JSONResponse:
        if not is_full(error):
            raise error
        return disk_full()

    @application.exception_handler(Exception)
    def on_error(_request: Request, _error: Exception) -> JSONResponse:
        # this answer is sent from outside the middleware that adds the headers to all others
        headers = SECURITY_HEADERS | {request_id.HEADER: request_id.current() or ""}
        return problem_response(500, "Something went wrong here. It has been logged.", [], headers)
