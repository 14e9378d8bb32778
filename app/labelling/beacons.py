"""Bodies that a closing tab sends by `navigator.sendBeacon`, which can only send text."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from app.core.problems import Problem
from app.deps import CredentialsDep

Model = TypeVar("Model", bound=BaseModel)


def beacon_body(model: type[Model], field: str) -> Callable[[Request, CredentialsDep], Awaitable[Model]]:
    """Return a dependency that reads the body as JSON whether it says so or is `text/plain`.

    The credentials come first: they refuse a cookie that another site's page sent along. `field` is the list
    that the body has.
    """

    async def read(request: Request, _credentials: CredentialsDep) -> Model:
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type not in {"application/json", "text/plain"}:
            raise Problem(415, "Send the body as application/json or text/plain.")
        try:
            return model.model_validate_json(await request.body())
        except ValidationError as error:
            raise Problem(422, f"Send {{{field}: [...]}}, at most 100.", field=field) from error

    return read


def beacon_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return what the OpenAPI document says of such a body."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}
