import os
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.core.durable import make_durable
from app.core.storage import LocalStorage, local
from app.core.unfinished import ABANDONED_SECONDS


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "blobs")


def test_a_failed_put_keeps_the_old_blob_and_leaves_nothing(storage: LocalStorage, tmp_path: Path) -> None:
    storage.put("a/b", b"old")
    with pytest.raises(FileNotFoundError):
        storage.put("a/b", tmp_path / "missing")
    assert [path.name for path in storage.root.rglob("*") if path.is_file()] == ["b"]
    assert storage.read("a/b") == b"old"


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

    monkeypatch.setattr(local, "make_durable", watched)
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
    os.utime(old, (0, time.time() - 2 * ABANDONED_SECONDS))
    storage.discard_unfinished()
    assert (old.exists(), new.exists(), storage.read("a")) == (False, True, b"1")
