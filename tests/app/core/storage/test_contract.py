"""What callers rely on, whichever storage it is."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.storage import Storage

NAME = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
KEY = st.lists(NAME, min_size=1, max_size=4).map("/".join)
QUICKLY = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def no_progress(_here: int, _wanted: int) -> None:
    """Listen to nothing."""


def whole(pieces: Iterator[bytes]) -> bytes:
    return b"".join(pieces)


@QUICKLY
@given(key=KEY, content=st.binary(max_size=200), data=st.data())
def test_what_is_put_is_what_is_read(storage: Storage, key: str, content: bytes, data: st.DataObject) -> None:
    key = f"{uuid.uuid4().hex}/{key}"
    storage.put(key, content)
    assert storage.read(key) == content
    assert storage.sizes([key, f"{key}-other"]) == {key: len(content)}
    blob = storage.open(key)
    assert (blob.size, whole(blob.pieces)) == (len(content), content)
    if content:
        start = data.draw(st.integers(0, len(content) - 1))
        stop = data.draw(st.none() | st.integers(start + 1, len(content) + 5))
        part = storage.open(key, start, stop)
        assert (part.size, whole(part.pieces)) == (len(content), content[start:stop])
    with storage.local_copies([storage.local_path(key)], no_progress):
        assert storage.local_path(key).read_bytes() == content
    storage.delete(key)
    assert not storage.exists(key)


def test_a_large_file_is_whole(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 50_000)  # more than one part of an upload
    storage.put("weights/large", source)
    assert storage.read("weights/large") == source.read_bytes()
    assert whole(storage.open("weights/large", 5_000_000).pieces) == source.read_bytes()[5_000_000:]
    assert source.exists()


def test_delete_removes_a_blob_or_what_is_below_and_forgives_absence(storage: Storage) -> None:
    for key in ("steps/a/one", "steps/a/two", "steps/ab", "steps/b"):
        storage.put(key, b"1")
    storage.delete("steps/a")
    storage.delete("steps/b")
    storage.delete("steps/b")
    keys = ["steps/a/one", "steps/a/two", "steps/ab", "steps/b"]
    assert list(storage.sizes(keys)) == ["steps/ab"]


def test_many_blobs_go_at_once(storage: Storage) -> None:
    keys = [f"images/{number:02}" for number in range(30)]
    with storage.together() as batch:
        for key in keys:
            batch.put(key, b"1")
    storage.delete_all([*keys[:20], "images/never"])
    assert list(storage.sizes(keys)) == keys[20:]
    storage.delete_all([])


def test_many_blobs_are_put_together_from_any_thread(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"file")
    blobs = {f"images/{number % 7:02}/{number}": str(number).encode() for number in range(100)}
    with storage.together() as batch, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda item: batch.put(*item), blobs.items()))
        batch.put("copies/of/file", source)
    assert {key: storage.read(key) for key in blobs} == blobs
    assert storage.read("copies/of/file") == b"file"


def test_a_block_that_fails_says_so(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), storage.together() as batch:
        batch.put("a/c", tmp_path / "missing")
    assert not storage.exists("a/c")


@pytest.mark.parametrize(
    "key",
    [
        "../../etc/x",
        "/etc/passwd",
        "a/../b",
        "a//b",
        "",
        "a/./b",
        "a\0b",
        "a\\..\\b",
        ".hidden",
        "a/",
        "x" * 600,
    ],
)
def test_no_key_leaves_the_root(storage: Storage, key: str, tmp_path: Path) -> None:
    for use in (
        lambda: storage.put(key, b"1"),
        lambda: storage.read(key),
        lambda: storage.open(key),
        lambda: storage.sizes([key]),
        lambda: storage.delete(key),
        lambda: storage.delete_all([key]),
        lambda: storage.local_path(key),
    ):
        with pytest.raises(ValueError, match="not a storage key"):
            use()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_blob_is_not_found(storage: Storage) -> None:
    for use in (storage.read, storage.open):
        with pytest.raises(FileNotFoundError):
            use("no/such")
    assert not storage.exists("no/such")
    with storage.local_copies([storage.local_path("no/such")], no_progress):
        assert not storage.local_path("no/such").exists()


def test_publish_moves_a_folder_in(storage: Storage, tmp_path: Path) -> None:
    directory = tmp_path / "job"
    (directory / "inner").mkdir(parents=True)
    (directory / "step.safetensors").write_bytes(b"1")
    (directory / "inner" / "images.json").write_bytes(b"2")
    storage.publish(directory, "steps/s/1")
    assert storage.read("steps/s/1/step.safetensors") == b"1"
    assert storage.read("steps/s/1/inner/images.json") == b"2"
    assert not directory.exists()


def test_a_failed_put_keeps_the_old_blob(storage: Storage, tmp_path: Path) -> None:
    storage.put("a/b", b"old")
    with pytest.raises(FileNotFoundError):
        storage.put("a/b", tmp_path / "missing")
    assert storage.read("a/b") == b"old"


def test_a_reader_never_sees_half_a_blob(storage: Storage) -> None:
    contents = [bytes([value]) * 200_000 for value in range(2)]
    storage.put("a", contents[0])

    def write() -> None:
        for turn in range(30):
            storage.put("a", contents[turn % 2])

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while writer.is_alive():
        seen.append(storage.read("a"))
    assert set(seen) <= set(contents)


def test_a_storage_that_works_passes_its_check(storage: Storage) -> None:
    storage.check()
    assert "secret" not in storage.describe()
