"""Features that are embedded ahead are those that a step computes, however often the work is broken off."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ml.encoders import embed
from ml.encoders.ahead import embed_ahead
from ml.encoders.embed import embed_collection
from ml.messages import EmbedRequest, EncoderFile, ImageFile
from ml.progress import no_progress

Make = Callable[[str, int], list[ImageFile]]


def test_a_step_finds_the_features_that_were_embedded_before_it(
    colour_images: Make, tiny_encoder: EncoderFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "batch_size", lambda *_: 4)
    images = colour_images("ahead", 10)
    broken = ImageFile(id="broken", sha256="0" * 64, path=str(tmp_path / "broken.png"))
    Path(broken.path).write_bytes(b"no image")
    request = EmbedRequest(
        encoder=tiny_encoder,
        pool=[broken, *images[:7]],
        test=images[7:],
        seconds=1e-9,
        cache_directory=tmp_path / "cache",
    )
    unreadable: list[str] = []
    left = []
    while not left or left[-1]:
        said = embed_ahead(request.model_copy(update={"unreadable": unreadable}), no_progress)
        left.append(said.left)
        unreadable += said.unreadable
    assert (left, unreadable) == ([7, 3, 0], [broken.sha256])
    ahead = embed_collection(tiny_encoder, request.pool, request.test, tmp_path / "cache", no_progress)
    fresh = embed_collection(tiny_encoder, request.pool, request.test, tmp_path / "fresh", no_progress)
    assert ahead.embedding.computed == 1, "only the broken one is tried again"
    np.testing.assert_array_equal(ahead.embedding.features, fresh.embedding.features)
