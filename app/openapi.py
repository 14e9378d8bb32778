"""The OpenAPI document: FastAPI's own, with problems as they really look and with the two ways to sign in."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.core.problems import MEDIA_TYPE
from app.deps import SESSION_COOKIE

PROBLEM = "#/components/schemas/ProblemDetail"
PUBLIC = {"live", "ready", "metrics", "sign_in", "get_sign_in_link", "use_sign_in_link"}
SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token, from POST /tokens."},
    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": "POST /sessions."},
}


def operation_id(route: APIRoute) -> str:
    """Return the handler's name, so that the generated client reads like the API."""
    return route.name


def _describe_operation(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)  # FastAPI's own form of it is never sent
    responses["4XX"] = {"description": "Problem", "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM}}}}
    if operation["operationId"] in PUBLIC:
        operation["security"] = []


def install(application: FastAPI) -> None:
    """Make `application` describe itself so; the document is made once, when it is first asked for."""
    generate = application.openapi

    def openapi() -> dict[str, Any]:
        if application.openapi_schema is None:
            document = generate()
            for path in document["paths"].values():
                for operation in path.values():
                    _describe_operation(operation)
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
            document["components"]["securitySchemes"] = SECURITY_SCHEMES
            document["security"] = [{name: []} for name in SECURITY_SCHEMES]
        return generate()

    application.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it
