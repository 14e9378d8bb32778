"""The HTTP API's reference as Markdown, from the OpenAPI document: a page a subject, and one of bodies."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
}


def kind(schema: Json) -> str:
    """Return the type of a schema in words, with links to the bodies that it names."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](bodies.md#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(kind(each) for each in schema[several]))
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {kind(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type") or "anything")


def bounds(schema: Json) -> list[str]:
    """Return what a value has to keep to, in words."""
    inner = [schema, *schema.get("anyOf", [])]
    return [text.format(each[name]) for each in inner for name, text in BOUNDS.items() if name in each]


def cell(text: str) -> str:
    """Return a text that can stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def row(name: str, schema: Json, required: bool, place: str | None = None) -> str:
    """Return the row of a parameter or a field."""
    default = schema.get("default")
    need = "required" if required else "" if default in (None, [], {}) else f"default `{default}`"
    meaning = [schema.get("description", "").rstrip("."), ", ".join(bounds(schema))]
    columns = [f"`{name}`", *([place] if place else []), kind(schema), need, ". ".join(filter(None, meaning))]
    return "| " + " | ".join(cell(column) for column in columns) + " |"


def body_of(content: Json) -> str:
    """Return what a request or an answer carries, with its media types."""
    return " or ".join(f"{kind(each.get('schema', {}))} (`{media}`)" for media, each in content.items())


def operation(method: str, path: str, described: Json) -> Iterator[str]:
    """Yield the lines of one operation."""
    yield f"\n## {described.get('summary', path).capitalize()}\n"
    yield f"`{method.upper()} {path}`\n"
    yield f"{described.get('description', '').strip()}\n"
    parameters = [each for each in described.get("parameters", []) if each["in"] != "cookie"]
    if parameters:
        yield "| parameter | in | type | | meaning |\n| --- | --- | --- | --- | --- |"
        for each in parameters:
            schema = each["schema"] | {"description": each.get("description", "")}
            yield row(each["name"], schema, each.get("required", False), each["in"])
        yield ""
    if "requestBody" in described:
        yield f"Body: {body_of(described['requestBody']['content'])}\n"
    for status, answer in described["responses"].items():
        carried = body_of(answer.get("content", {}))
        yield f"- **{status}** {carried or answer['description']}"


def body(name: str, schema: Json) -> Iterator[str]:
    """Yield the lines of one body."""
    yield f"\n## {name}\n"
    yield f"{schema.get('description', '').strip()}\n"
    required = schema.get("required", [])
    if "properties" in schema:
        yield "| field | type | | meaning |\n| --- | --- | --- | --- |"
        yield from (row(field, each, field in required) for field, each in schema["properties"].items())
    else:
        yield kind(schema)


def pages(document: Json) -> dict[str, str]:
    """Return the Markdown of each page by its file name; `index.md` lists the others."""
    subjects: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                described = operations[method]
                subject = (described.get("tags") or ["other"])[0]
                subjects.setdefault(subject, []).extend(operation(method, path, described))
    found = {
        f"{name}.md": "\n".join([f"# {name.capitalize()}", *lines, ""]) for name, lines in subjects.items()
    }
    schemas = sorted(document["components"]["schemas"].items())
    found["bodies.md"] = "\n".join(["# Bodies", *(line for each in schemas for line in body(*each)), ""])
    links = "\n".join(f"- [{name.capitalize()}]({name}.md)" for name in sorted(subjects))
    found["index.md"] = f"""# HTTP API {document["info"]["version"]}

Generated from the OpenAPI document, which a running service serves at `/api/openapi.json`. Programs send
an API token as `Authorization: Bearer TOKEN`. Errors are [problem+json](bodies.md#problemdetail) with the
field and the reason.

{links}
- [Bodies](bodies.md) of requests and answers
"""
    return found
