"""Copies of remote blobs: whole ones only, within a budget, and none that is in use goes."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.storage.copies import LocalCopies

SIZE = 1000


class Store:
    """Blobs of `SIZE` bytes each, and which of them were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def stream(self, key: str) -> Iterator[bytes]:
        self.asked.append(key)
        if key.startswith("gone"):
            raise FileNotFoundError(key)
        for _ in range(10):
            yield key.encode().ljust(SIZE // 10)


@pytest.fixture
def store() -> Store:
    return Store()


def make(store: Store, root: Path, blobs: int = 1000) -> LocalCopies:
    """Return copies that have room for so many blobs."""
    return LocalCopies(root / "copies", blobs * SIZE, store.stream)


def names(first: int, last: int) -> list[str]:
    return [f"images/{number % 3}/{number:03}" for number in range(first, last)]


def no_progress(_here: int, _wanted: int) -> None:
    """Listen to nothing."""


def here(copies: LocalCopies, keys: list[str]) -> list[str]:
    return [key for key in keys if copies.path(key).exists()]


def test_what_is_missing_is_fetched_once(store: Store, tmp_path: Path) -> None:
    copies, keys = make(store, tmp_path), names(0, 40)
    for _ in range(2):
        with copies.held(keys + keys[:3], no_progress):
            assert here(copies, keys) == keys
            assert all(copies.path(key).stat().st_size == SIZE for key in keys)
    assert sorted(store.asked) == sorted(keys)


def test_blobs_that_are_gone_are_left_out(store: Store, tmp_path: Path) -> None:
    copies = make(store, tmp_path)
    with copies.held(["gone/1", "images/1"], no_progress):
        assert here(copies, ["gone/1", "images/1"]) == ["images/1"]


def test_the_longest_unused_go_first(store: Store, tmp_path: Path) -> None:
    copies = make(store, tmp_path, blobs=30)
    for first in (0, 10, 20):
        with copies.held(names(first, first + 10), no_progress):
            pass
    with copies.held(names(0, 5), no_progress):  # used again
        pass
    with copies.held(names(30, 35), no_progress):
        assert here(copies, names(30, 35)) == names(30, 35)
    assert here(copies, names(0, 5)) == names(0, 5)
    assert len(here(copies, names(0, 40))) <= 30
    assert len(here(copies, names(5, 20))) < 15


def test_nothing_in_use_goes_though_it_is_over_the_budget(store: Store, tmp_path: Path) -> None:
    copies, other = make(store, tmp_path, blobs=10), make(store, tmp_path, blobs=10)
    with copies.held(names(0, 20), no_progress), other.held(names(20, 40), no_progress):
        assert here(copies, names(0, 40)) == names(0, 40)
    with copies.held(names(40, 41), no_progress):
        assert len(here(copies, names(0, 41))) <= 10


def test_what_another_process_uses_stays_until_it_ends(store: Store, tmp_path: Path) -> None:
    copies = make(store, tmp_path, blobs=10)
    script = (
        "import sys; from pathlib import Path; from app.core.storage.copies import LocalCopies\n"
        "copies = LocalCopies(Path(sys.argv[1]), 999, lambda key: iter([key.encode()]))\n"
        "with copies.held(['images/of/another'], lambda *_: None): print('held', flush=True); input()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(copies.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    with copies.held(names(0, 20), no_progress):
        assert here(copies, ["images/of/another"])
    process.kill()
    process.communicate()
    with copies.held(names(20, 40), no_progress):
        assert not here(copies, ["images/of/another"])


def test_progress_is_told_and_its_error_ends_the_work_with_whole_files_only(tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def stream(key: str) -> Iterator[bytes]:
        yield b"half"
        begun.set()
        if key >= "b":
            go_on.wait(10)
        yield b"whole"

    class CancelledError(Exception):
        pass

    def cancel(here: int, wanted: int) -> None:
        assert wanted == 40
        begun.wait(10)
        go_on.set()
        raise CancelledError

    copies = LocalCopies(tmp_path, 1000, stream)
    keys = [f"{'a' if number < 5 else 'b'}/{number}" for number in range(40)]
    with pytest.raises(CancelledError), copies.held(keys, cancel):
        pytest.fail("it began without its blobs")
    assert len(here(copies, keys)) < 40
    assert {copies.path(key).read_bytes() for key in here(copies, keys)} <= {b"halfwhole"}
    assert not list((tmp_path / ".unfinished").iterdir())
    assert not list((tmp_path / ".pins").iterdir())


def test_a_failing_store_ends_the_work(tmp_path: Path) -> None:
    def stream(key: str) -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError(key)

    copies = LocalCopies(tmp_path, 1000, stream)
    with pytest.raises(ConnectionError), copies.held(names(0, 100), no_progress):
        pytest.fail("it began without its blobs")
    assert here(copies, names(0, 100)) == []


def test_many_threads_share_the_copies(store: Store, tmp_path: Path) -> None:
    copies, failed = make(store, tmp_path, blobs=15), []

    def use(first: int) -> None:
        for turn in range(5):
            keys = names(first + turn, first + turn + 10)
            with copies.held(keys, no_progress):
                failed.extend(set(keys) - set(here(copies, keys)))

    threads = [threading.Thread(target=use, args=(first,)) for first in (0, 5, 30, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
