"""A pytest plugin: a test that is marked `alone` runs beside no other test of the same run.

Only pytest-xdist has tests run side by side. Each takes a turn: shared with others, or to itself alone.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

FOLDER = "EIGENLABEL_TEST_TURNS"
"""The variable by which the processes of a run know the folder of their locks."""


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold a turn during the block; nobody who comes later overtakes a lone test that waits for its own."""
    with (folder / "gate").open("w") as gate, (folder / "room").open("w") as room:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(room, fcntl.LOCK_UN)


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of the locks where this process is about to start others."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="eigenlabel-turns-")
        config.add_cleanup(folder.cleanup)
        os.environ[FOLDER] = folder.name


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Run a test, its fixtures included, in its turn; the wait for that is not part of its time limit."""
    folder = os.environ.get(FOLDER) if hasattr(item.config, "workerinput") else None
    alone = item.get_closest_marker("alone") is not None
    with turn(Path(folder), alone=alone) if folder else nullcontext():
        return (yield)
