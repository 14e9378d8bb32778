"""Files that bring the decoder down: each is refused with a reason, and every other file comes in."""

import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from app.images import guarded, ingest
from app.images.guarded import Decoders
from app.images.ingest import Entry, Outcome, Prepared, Refused, prepare_batches
from tests.app.images.files import png
from tests.service.service import wait_until

LIMITS = {"max_pixels": 10**6, "thumbnail_pixels": 32}


@pytest.fixture
def decoders(data_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Decoders]:
    """Decode with processes that have a fault."""
    fragile = (sys.executable, "-m", "tests.app.images.fragile_decoder", str(tmp_path / "killed once"))
    monkeypatch.setattr(guarded, "COMMAND", fragile)
    own = Decoders()
    monkeypatch.setattr(ingest, "decoders", own)
    yield own
    own.close()


def import_all(contents: list[bytes]) -> list[Outcome]:
    """Return what becomes of files with these contents."""
    entries = [Entry(f"{at}.png", partial(bytes, content)) for at, content in enumerate(contents)]
    return [outcome for batch in prepare_batches(entries, lambda _hashes: []) for outcome in batch]


@pytest.mark.parametrize("fault", [b"crash", b"hang"])
def test_a_file_that_brings_the_decoder_down_is_refused_and_the_batch_goes_on(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch, fault: bytes
) -> None:
    monkeypatch.setattr(guarded, "ANSWER_SECONDS", 1.0)
    contents = [png(at) for at in range(40)]
    for at in (0, 7, 8, 39):
        contents[at] = fault + bytes([at])
    outcomes = import_all(contents)
    refused = {at: each.reason for at, each in enumerate(outcomes) if isinstance(each, Refused)}
    assert refused == dict.fromkeys([0, 7, 8, 39], guarded.CRASHES)
    assert sum(isinstance(each, Prepared) for each in outcomes) == 36


def test_no_file_is_blamed_for_a_decoder_that_was_killed(decoders: Decoders) -> None:
    contents = [png(at) for at in range(40)]
    contents[20] += b"once"
    assert all(isinstance(each, Prepared) for each in import_all(contents))


def test_decoders_killed_while_idle_are_replaced(decoders: Decoders) -> None:
    good = png(1)
    assert "refused" not in decoders.decode([good], LIMITS)[0][0]
    for idle in decoders._idle:
        os.kill(idle._process.pid, signal.SIGKILL)
    assert "refused" not in decoders.decode([good], LIMITS)[0][0]


def test_a_decoder_ends_with_whoever_started_it(decoders: Decoders) -> None:
    decoders.decode([png(1)], LIMITS)
    (idle,) = decoders._idle
    idle._stream.close()
    idle._socket.close()
    wait_until(lambda: idle._process.poll() is not None, 10)
