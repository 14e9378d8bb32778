"""Preparing many files: batches, what is decoded and what is not, and files that read badly."""

import os
import threading
import time
import zipfile
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

import pytest

from app.core.storage import get_storage
from app.core.storage.keys import image_key, thumbnail_key
from app.images import ingest
from app.images.entries import Entries
from app.images.ingest import Entry, Known, Outcome, Prepared, Refused, prepare_batches
from tests.app.images.files import png

pytestmark = pytest.mark.usefixtures("data_directory")


def nothing(_hashes: Collection[str]) -> Collection[str]:
    """Know no image."""
    return []


def entry(number: int) -> Entry:
    return Entry(f"{number}.png", partial(png, number))


def prepared(entries: Sequence[Entry], size: int = 250) -> list[Outcome]:
    return [outcome for batch in prepare_batches(entries, nothing, size) for outcome in batch]


def test_batches_keep_the_order_and_their_blobs_are_there() -> None:
    batches = list(prepare_batches(Entries(range(50), entry), nothing, 20))
    assert [len(batch) for batch in batches] == [20, 20, 10]
    images = [each for batch in batches for each in batch if isinstance(each, Prepared)]
    assert [each.path for each in images] == [f"{number}.png" for number in range(50)]
    for each in images:
        assert get_storage().exists(thumbnail_key(each.sha256))
    assert get_storage().read(image_key(images[7].sha256)) == png(7)


@pytest.mark.parametrize("run_bytes", [1, 10**9])
def test_a_batch_ends_after_its_time_and_none_is_lost(
    monkeypatch: pytest.MonkeyPatch, run_bytes: int
) -> None:
    monkeypatch.setattr(ingest, "BATCH_SECONDS", 0.0)
    monkeypatch.setattr(ingest, "RUN_BYTES", run_bytes)
    batches = list(prepare_batches(Entries(range(200), entry), nothing))
    most = ingest.THREADS * (1 if run_bytes == 1 else ingest.RUN_FILES)
    assert max(map(len, batches)) <= most
    names = [each.path for batch in batches for each in batch]
    assert names == [f"{number}.png" for number in range(200)]


def test_what_the_project_has_is_not_decoded_unless_its_files_are_gone() -> None:
    first = prepared(Entries(range(3), entry))
    hashes = [each.sha256 for each in first if isinstance(each, Prepared)]
    get_storage().delete(thumbnail_key(hashes[2]))
    again = next(iter(prepare_batches(Entries(range(3), entry), lambda asked: set(asked) & set(hashes))))
    assert [type(each) for each in again] == [Known, Known, Prepared]
    assert get_storage().exists(thumbnail_key(hashes[2]))


def test_no_more_runs_are_in_memory_than_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, most, lock = set(), [0], threading.Lock()

    def read(number: int) -> bytes:
        with lock:
            reading.add(threading.get_ident())
            most[0] = max(most[0], len(reading))
        time.sleep(0.005)
        with lock:
            reading.discard(threading.get_ident())
        return png(number)

    prepared([Entry(f"{number}.png", partial(read, number)) for number in range(100)])
    assert 1 <= most[0] <= ingest.CORES


def raising(error: Exception) -> Callable[[], bytes]:
    def read() -> bytes:
        raise error

    return read


@pytest.mark.parametrize(
    "error",
    [PermissionError("no"), OSError(5, "disk"), zipfile.BadZipFile("x"), RuntimeError("loop"), MemoryError()],
)
def test_a_file_that_cannot_be_read_is_refused_alone(error: Exception) -> None:
    outcomes = prepared([entry(1), Entry("cat/bad.png", raising(error)), entry(2)])
    assert [type(each) for each in outcomes] == [Prepared, Refused, Prepared]
    assert outcomes[1] == Refused("cat/bad.png", "The file cannot be read.")


def test_a_storage_that_fails_is_nobodys_bad_file(monkeypatch: pytest.MonkeyPatch) -> None:
    get_storage().check()
    full = Path(get_storage().local_path("images"))
    full.write_bytes(b"no folder")
    with pytest.raises(OSError, match=os.strerror(20)):
        prepared([entry(1)])


def test_an_import_that_is_given_up_ends_its_threads() -> None:
    batches = prepare_batches(Entries(range(100), entry), nothing, 10)
    assert len(next(batches)) == 10
    batches.close()  # type: ignore[attr-defined]  # it is a generator
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ingest")]
