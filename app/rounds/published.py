"""Which published files of steps can be used: files may be gone from storage, or cut off there."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.core.storage import get_storage

PREDICTION_FILES = ("step.safetensors", "images.json")
"""What says which image shows what: the probabilities, and the ids of images and categories."""
LENGTH_BYTES = 8
"""How long the length is that a safetensors file begins with; the names of what is in it follow."""


@dataclass(frozen=True)
class Published:
    """Whether a folder of files says what each image shows, and which of the files for that are lost."""

    predicts: bool
    lost: tuple[str, ...] = ()


def published_predictions(key: str) -> Published:
    """Return what can be used of the files below `key`, a step's or those of later images.

    They never change, but may be lost at any time, so that storage is asked for their sizes each time.
    """
    sizes = get_storage().sizes(f"{key}/{name}" for name in PREDICTION_FILES)
    lost = [name for name in PREDICTION_FILES if not sizes.get(f"{key}/{name}")]
    arrays, _ = PREDICTION_FILES
    if arrays not in lost:
        names = _array_names(f"{key}/{arrays}", sizes[f"{key}/{arrays}"])
        if names is None:
            lost.insert(0, arrays)
        elif "probabilities" not in names:
            return Published(predicts=False)
    return Published(predicts=not lost, lost=tuple(lost))


@lru_cache(maxsize=1024)
def _array_names(key: str, size: int) -> frozenset[str] | None:
    """Return the names of the arrays in a safetensors file of `size` bytes; None where it is damaged."""
    storage = get_storage()
    try:
        length = int.from_bytes(b"".join(storage.open(key, 0, LENGTH_BYTES).pieces), "little")
        if not 0 < length <= size - LENGTH_BYTES:
            return None
        pieces = storage.open(key, LENGTH_BYTES, LENGTH_BYTES + length).pieces
        header: dict[str, Any] = json.loads(b"".join(pieces))
    except (FileNotFoundError, ValueError):
        return None
    header.pop("__metadata__", None)
    end = max((array["data_offsets"][1] for array in header.values()), default=0)
    return frozenset(header) if LENGTH_BYTES + length + end == size else None
