"""A union of classes that a field tells apart, also while it has one member only."""

from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class OneOf:
    """`Annotated[A | B, OneOf("kind", default="a")]` is an `A` or a `B`, as the literal of `kind` says.

    Pydantic's own discriminator needs two members, and the field to be given. Values without it are those of
    `default`, so that requests from before there was a choice go on being read.
    """

    field: str
    default: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the union, with a discriminator in its JSON schema."""
        members: tuple[type[BaseModel], ...] = get_args(source) or (source,)
        choices = {member.model_fields[self.field].default: handler(member) for member in members}
        union = core_schema.tagged_union_schema(choices, discriminator=self.field)
        return core_schema.no_info_before_validator_function(self._with_default, union)

    def __get_pydantic_json_schema__(
        self, union: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the JSON schema of the union, with the default where a form finds it: `x-default`."""
        return handler(union) | {"x-default": self.default}

    def _with_default(self, value: Any) -> Any:
        if isinstance(value, dict) and self.field not in value:
            return value | {self.field: self.default}
        return value
