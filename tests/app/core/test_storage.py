import os
import threading
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.core import storage as storage_module
from app.core.durable import make_durable
from app.core.storage import LocalStorage


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "blobs")


def test_reads_back_bytes_and_files(storage: LocalStorage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"file")
    storage.put("images/ab/one", b"bytes")
    storage.put("images/ab/two", source)
    with storage.open("images/ab/two") as file:
        assert (storage.read("images/ab/one"), file.read()) == (b"bytes", b"file")
    assert source.exists()


def test_delete_removes_a_blob_or_a_prefix_and_forgives_absence(storage: LocalStorage) -> None:
    for key in ("steps/a/one", "steps/a/two", "steps/b"):
        storage.put(key, b"1")
    storage.delete("steps/a")
    storage.delete("steps/b")
    storage.delete("steps/b")
    assert not any(map(storage.exists, ("steps/a/one", "steps/a/two", "steps/b")))


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
def test_no_key_leaves_the_root(storage: LocalStorage, key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        storage.put(key, b"1")
    with pytest.raises(ValueError, match="not a storage key"):
        storage.read(key)
    assert not storage.root.exists()


def test_publish_moves_a_folder_in(storage: LocalStorage, tmp_path: Path) -> None:
    directory = tmp_path / "job"
    (directory / "inner").mkdir(parents=True)
    (directory / "step.safetensors").write_bytes(b"1")
    (directory / "inner" / "images.json").write_bytes(b"2")
    storage.publish(directory, "steps/s/1")
    assert storage.read("steps/s/1/step.safetensors") == b"1"
    assert storage.local_path("steps/s/1/inner/images.json").read_bytes() == b"2"
    assert not directory.exists()


def test_a_failed_put_keeps_the_old_blob_and_leaves_nothing(storage: LocalStorage, tmp_path: Path) -> None:
    storage.put("a/b", b"old")
    with pytest.raises(FileNotFoundError):
        storage.put("a/b", tmp_path / "missing")
    assert [path.name for path in storage.root.rglob("*") if path.is_file()] == ["b"]
    assert storage.read("a/b") == b"old"


def test_a_reader_never_sees_half_a_blob(storage: LocalStorage) -> None:
    contents = [bytes([value]) * 200_000 for value in range(2)]
    storage.put("a", contents[0])

    def write() -> None:
        for turn in range(50):
            storage.put("a", contents[turn % 2])

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while writer.is_alive():
        seen.append(storage.read("a"))
    assert set(seen) <= set(contents)


def files(storage: LocalStorage) -> list[Path]:
    return [path for path in storage.root.rglob("*") if path.is_file()]


def test_many_blobs_are_put_together_from_any_thread(storage: LocalStorage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"file")
    blobs = {f"images/{number % 7:02}/{number}": str(number).encode() for number in range(200)}
    with storage.together() as batch, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda item: batch.put(*item), blobs.items()))
        batch.put("copies/of/file", source)
        assert not any(map(storage.exists, blobs)), "a blob has no name before it is durable"
    assert {key: storage.read(key) for key in blobs} == blobs
    assert storage.read("copies/of/file") == b"file"
    assert len(files(storage)) == 201
    assert not list(storage.unfinished.iterdir())


def test_a_block_that_fails_leaves_nothing(storage: LocalStorage) -> None:
    with pytest.raises(FileNotFoundError), storage.together() as batch:  # noqa: PT012  (the block is the test)
        batch.put("a/b", b"1")
        batch.put("a/c", storage.root / "missing")
    assert files(storage) == []
    assert not list(storage.unfinished.iterdir())


@pytest.mark.parametrize("count", [1, 100])
def test_contents_are_durable_before_they_have_names_and_names_before_the_end(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    keys = [f"images/{number:03}/a" for number in range(count)]
    named: list[int] = []

    def watched(paths: Collection[str | Path]) -> None:
        named.append(sum(map(storage.exists, keys)))
        make_durable(paths)

    monkeypatch.setattr(storage_module, "make_durable", watched)
    with storage.together() as batch:
        for key in keys:
            batch.put(key, b"1")
    assert named == [0, count]


def test_what_a_killed_writer_left_is_removed_after_an_hour(storage: LocalStorage) -> None:
    storage.put("a", b"1")
    old, new = storage.unfinished / "old", storage.unfinished / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "0").write_bytes(b"half")
    os.utime(old, (0, time.time() - 2 * storage_module.UNFINISHED_SECONDS))
    storage.discard_unfinished()
    assert (old.exists(), new.exists(), storage.read("a")) == (False, True, b"1")
