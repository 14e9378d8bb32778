"""What a health check of a worker sees."""

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from tests.conftest import clear_process_state
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


def test_a_sweep_leaves_its_mark(engine: Engine) -> None:
    sweeper.sweep_once("cpu", 1)
    assert is_alive("cpu")


def test_a_sweep_without_a_database_leaves_none(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3")
    clear_process_state()
    with pytest.raises(OperationalError):
        sweeper.sweep_once("cpu", 1)
    assert not is_alive("cpu")
