"""What lies in the cache of the data directory and nothing uses any more."""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from app.core.config import get_settings
from app.core.database import read_connection
from app.core.models import Encoder
from app.core.unfinished import discard
from ml.encoders.feature_cache import KEY, last_used

UNUSED_SECONDS = 7 * 24 * 3600.0
"""A collection that grows has another graph each time. Whoever comes back later waits for a new one."""
FILES = ("graphs/*.npz", "encoders/*.safetensors")
"""Each use of them sets their time."""


def discard_unused_caches() -> None:
    """Remove graphs and prepared weights unused for a week, and as old features of encoders that are gone."""
    cache = get_settings().work_directory / "cache"
    rested = time.time() - UNUSED_SECONDS
    discard(path for pattern in FILES for path in unused(cache.glob(pattern), rested))
    features = list(unused_features(cache / "features", rested))
    if features:
        with read_connection() as connection:
            known = set(connection.scalars(select(Encoder.weights_sha256)))
        discard(folder for folder, weights in features if weights not in known)


def unused(paths: Iterable[Path], rested: float) -> Iterator[Path]:
    """Yield the files that were last used before the time `rested`."""
    for path in paths:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < rested:
                yield path


def unused_features(directory: Path, rested: float) -> Iterator[tuple[Path, str]]:
    """Yield (folder, sha256 of the encoder's weights) of each feature cache last used before `rested`."""
    for key in directory.glob(f"*/{KEY}"):
        with suppress(OSError, ValueError, KeyError):  # another process removes it
            if last_used(key.parent) < rested:
                yield key.parent, json.loads(key.read_text())["weights"]
