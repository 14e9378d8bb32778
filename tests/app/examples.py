"""The smallest valid request for any route, made from the service's own OpenAPI document."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

API = "/api/v1"


@dataclass(frozen=True)
class Route:
    """A path with its parameters in braces, and one method."""

    method: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path.removeprefix(API)}"


def walk(application: FastAPI) -> list[Route]:
    """Return every route of the application, those that the document leaves out included."""
    contexts = iter_route_contexts(application.routes)
    found = {
        Route(method, str(context.path))
        for context in contexts
        for method in context.methods or ()
        if context.path and method != "HEAD"
    }
    return sorted(found, key=lambda route: (route.path, route.method))


def example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return a small value that is valid by `schema`; one that the schema itself gives comes first."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    fixed = schema.get("examples") or schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    choices = schema.get("oneOf") or schema.get("anyOf")
    if fixed:
        return fixed[0]
    if choices:
        return example(document, choices[0])
    values: dict[str, Any] = {
        "array": [example(document, schema["items"])] * schema.get("minItems", 0)
        if "items" in schema
        else [],
        "boolean": True,
        "integer": schema.get("minimum", 1),
        "number": schema.get("minimum", 1),
        "object": {
            name: example(document, schema["properties"][name]) for name in schema.get("required", [])
        },
        "string": "x" * max(schema.get("minLength", 1), 1),
    }
    return values[schema.get("type", "string")]


def arguments(document: dict[str, Any], route: Route) -> dict[str, Any]:
    """Return the body that the route needs, as keyword arguments of a test client's `request`."""
    operation = document["paths"].get(route.path, {}).get(route.method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return {"files": [("files", ("a.png", b"1", "image/png"))]}
    if "application/json" in content:
        return {"json": example(document, content["application/json"]["schema"])}
    return {}
