"""Every error of the application becomes a problem+json answer."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.core import request_id
from app.core.disk import is_full
from app.core.hash_slots import BusyError
from app.core.headers import SECURITY_HEADERS
from app.core.problems import FieldError, Problem, problem_response
from app.core.storage import StorageUnavailableError

log = structlog.get_logger()


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
