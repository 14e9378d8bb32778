"""Settings that belong together, under a name: those that a method was published with.

This is their only home. The schema of a method carries them as `x-presets` of its field `method`, where the
form in the browser finds them.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict


class Preset(BaseModel):
    """A choice that fills in settings: `values` by their path, as `augmentation.blur`.

    What it does not name is as the method has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    description: str
    values: dict[str, bool | int | float | str]

    def nested(self) -> dict[str, Any]:
        """Return the values as a configuration has them."""
        found: dict[str, Any] = {}
        for path, value in self.values.items():
            outer, _, inner = path.partition(".")
            if inner:
                found.setdefault(outer, {})[inner] = value
            else:
                found[outer] = value
        return found


def with_presets(presets: dict[str, Preset]) -> JsonDict:
    """Return what the field `method` of a method's schema says of its presets."""
    return {"x-presets": {name: preset.model_dump() for name, preset in presets.items()}}
