"""Caches of the data directory: removed a week after their last use, features only without their encoder."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, update

from app.core.database import write_session
from app.core.models import Encoder
from ml.config import BundledEncoder
from ml.encoders.backbone import open_encoder
from ml.encoders.feature_cache import KEY
from ml.messages import EncoderFile
from ml.neighbours.graph import cached_graph
from tests.app.labelling_factory import make_project
from worker.consumer import reaper
from worker.database.caches import UNUSED_SECONDS


@pytest.fixture
def cache(engine: Engine, data_directory: Path) -> Path:
    """Return the cache of a data directory whose database has an encoder with the weights "known"."""
    make_project()
    with write_session() as session:
        session.execute(update(Encoder).values(weights_sha256="known"))
    return data_directory / "work" / "cache"


def rest(*paths: Path, seconds: float = UNUSED_SECONDS + 60) -> None:
    """Let the files have been used so long ago."""
    for path in paths:
        os.utime(path, (time.time() - seconds,) * 2)


def reaped(*paths: Path) -> list[bool]:
    """Return which of the paths are there after a worker has looked for leftovers."""
    reaper.reap_once("cpu", 1)
    return [path.exists() for path in paths]


def test_a_graph_is_removed_a_week_after_its_last_use(cache: Path) -> None:
    features = np.eye(6, dtype=np.float32)
    cached_graph(cache, features[:5], "before an import")
    cached_graph(cache, features, "after it")
    old, new = sorted((cache / "graphs").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    rest(old, new, seconds=UNUSED_SECONDS - 600)
    assert reaped(old, new) == [True, True]
    rest(old, new)
    cached_graph(cache, features, "after it")
    assert reaped(old, new) == [False, True]


def test_a_prepared_encoder_is_removed_a_week_after_its_last_use(cache: Path) -> None:
    small, large = (EncoderFile(spec=BundledEncoder(image_size=size)) for size in (64, 96))
    first, second = (open_encoder(each, cache).path for each in (small, large))
    assert first != second
    rest(first, second)
    open_encoder(large, cache)
    assert reaped(first, second) == [False, True]
    assert open_encoder(small, cache).path == first


def test_features_go_with_their_encoder(cache: Path) -> None:
    kept, gone, fresh = (cache / "features" / name for name in ("kept", "gone", "fresh"))
    for folder, weights in ((kept, "known"), (gone, "deleted"), (fresh, "deleted")):
        folder.mkdir(parents=True)
        (folder / KEY).write_text(json.dumps({"weights": weights}))
        (folder / "features.f16").write_bytes(b"12")
    rest(*kept.iterdir(), *gone.iterdir(), fresh / "features.f16")
    assert reaped(kept, gone, fresh) == [True, False, True]
