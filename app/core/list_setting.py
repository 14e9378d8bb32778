"""Settings that are lists: `a, b`, or a JSON list where a value itself holds a comma."""

import json
import re
from typing import Any

_JSON = re.compile(r"""\[\s*(["'\]]|$)""")
"""How a JSON list begins; `[::1]` is an address."""


def split_list(value: Any) -> Any:
    """Return the values of a list that is written as text; ValueError where it is broken JSON."""
    if not isinstance(value, str):
        return value
    if not _JSON.match(value.strip()):
        return [part for part in map(str.strip, value.split(",")) if part]
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        raise ValueError('write a list as a, b, or as JSON: ["a", "b"]') from None
