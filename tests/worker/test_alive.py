"""What a health check of a worker sees."""

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from worker import sweeper
from worker.alive import is_alive, mark


def test_a_worker_lives_while_it_sweeps(data_directory: Path) -> None:
    assert not is_alive("gpu")
    mark("gpu")
    assert is_alive("gpu")
    assert not is_alive("cpu")
    (path,) = data_directory.rglob("alive/gpu")
    os.utime(path, (0, time.time() - 3600))
    assert not is_alive("gpu")


@pytest.mark.parametrize("database", ["there", "away"])
def test_a_sweep_leaves_its_mark_where_the_database_answers(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    if database == "away":
        monkeypatch.setenv("EIGENLABEL_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3")
        from tests.conftest import clear_process_state  # noqa: PLC0415

        clear_process_state()
    sweeper.start("cpu", 1)
    deadline = time.monotonic() + 5
    while not is_alive("cpu") and time.monotonic() < deadline and database == "there":
        time.sleep(0.05)
    time.sleep(0.2)
    assert is_alive("cpu") is (database == "there")
