"""Experiment files that extend one another and hold settings for several scales."""

import tomllib
from pathlib import Path
from typing import Any

from ml.errors import UnusableInputError

EXTENDS, SCALES = "extends", "scale"
# Tables of settings that a file adds to, where everything else is replaced.
ADDED = ("pretraining", "methods")


def read_tables(path: Path, scale: str | None) -> dict[str, Any]:
    """Return the keys of the TOML file at `path` for `scale`: later ones of this order replace earlier ones.

    The file that it extends, that file's `[scale.NAME]`, the file itself, its own `[scale.NAME]`. Raises
    UnusableInputError for a file that cannot be read, and for a scale that is missing or unknown.
    """
    values: dict[str, Any] = {}
    known: dict[str, None] = {}
    for tables in chain(path):
        scales = tables.pop(SCALES, {})
        known |= dict.fromkeys(scales)
        for layer in (tables, scales.get(scale, {})):
            values = merged(values, layer)
    if known and scale is None:
        raise UnusableInputError(f"{path} has several scales: choose --scale {' or '.join(known)}")
    if scale is not None and scale not in known:
        there = f"there are: {', '.join(known)}" if known else "it has none"
        raise UnusableInputError(f"{path} has no scale {scale}; {there}")
    return values


def chain(path: Path) -> list[dict[str, Any]]:
    """Return the tables of the file at `path` and before them those of the files that it extends."""
    try:
        own = tomllib.loads(path.read_text())
    except OSError as error:
        raise UnusableInputError(f"{path} cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnusableInputError(f"{path} is not TOML: {error}") from error
    below = own.pop(EXTENDS, None)
    return [*(chain(path.parent / below) if below else []), own]


def merged(values: dict[str, Any], layer: dict[str, Any]) -> dict[str, Any]:
    """Return `values` with the keys of `layer`."""
    added = {name: values[name] | layer[name] for name in ADDED if name in values and name in layer}
    return values | layer | added
