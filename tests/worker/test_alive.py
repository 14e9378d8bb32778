"""What a health check of a worker sees."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.core.config import get_settings
from app.core.database import now
from app.core.models import Job
from tests.conftest import clear_process_state
from tests.worker.conftest import Run, change, get
from worker.alive import is_alive, mark, marked_at
from worker.consumer import reaper
from worker.database import leftovers
from worker.jobs import runner
from worker.liveness import probe


def test_a_worker_lives_while_its_reaper_runs(data_directory: Path) -> None:
    assert not is_alive("gpu")
    mark("gpu")
    assert is_alive("gpu")
    assert not is_alive("cpu")
    (path,) = data_directory.rglob("alive/gpu/*")
    os.utime(path, (0, time.time() - 3600))
    assert not is_alive("gpu")
    path.rename(path.with_name("1"))
    mark("gpu")
    assert [each.name for each in path.parent.iterdir()] == [str(os.getpid())], "the old mark is cleared up"


def test_a_pass_of_the_reaper_leaves_its_mark(engine: Engine) -> None:
    reaper.reap_once("cpu", 1)
    assert is_alive("cpu")


def test_a_pass_without_a_database_leaves_none(data_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EIGENLABEL_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3")
    clear_process_state()
    with pytest.raises(OperationalError):
        reaper.reap_once("cpu", 1)
    assert not is_alive("cpu")


def test_a_worker_that_does_not_receive_its_notifications_leaves_none(
    make_job: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who receives a message, or has nothing to send, consumes."""
    taken = True
    monkeypatch.setattr(leftovers, "notify", lambda _job_id, _queue: taken)
    waiting = make_job("import", "cpu", created_at=now() - timedelta(minutes=1))

    def marks() -> bool:
        for path in get_settings().work_directory.glob("alive/cpu/*"):
            path.unlink()
        reaper.reap_once("cpu", 1)
        return is_alive("cpu")

    assert [marks() for _ in range(3)] == [True, False, False]
    probe.received()
    assert [marks() for _ in range(2)] == [True, False]
    taken = False
    assert [marks() for _ in range(3)] == [False, True, True], "no broker, no proof"
    taken = True
    assert [marks() for _ in range(2)] == [True, False]
    change(Job, waiting, state="done")
    assert [marks() for _ in range(3)] == [False, True, True]


def test_the_mark_of_an_older_release_is_replaced(data_directory: Path) -> None:
    """It was a file where there is a folder now; one that still runs on the same volume leaves it again."""
    left = data_directory / "work" / "alive" / "gpu"
    left.parent.mkdir(parents=True)
    left.touch()
    assert not is_alive("gpu")
    assert marked_at("gpu", os.getpid()) == 0
    mark("gpu")
    assert is_alive("gpu")
    assert marked_at("gpu", os.getpid()) > 0


def test_a_worker_under_the_schema_of_another_release_does_nothing(
    engine: Engine, make_job: Callable[..., str], run: Run
) -> None:
    """It is what is left running of an upgrade: it says so, and leaves its jobs to the new ones."""
    waiting = make_job("import", "cpu", created_at=now() - timedelta(minutes=1))
    reaper.reap_once("cpu", 1)
    assert run("worker-alive", "--queues", "cpu")[0] == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    status, _, told = run("worker-alive", "--queues", "cpu")
    assert (status, told.count("\n")) == (2, 1)
    assert "schema of another release" in told
    for path in get_settings().work_directory.glob("alive/cpu/*"):
        path.unlink()
    reaper.reap_once("cpu", 1)
    assert not is_alive("cpu")
    runner.run(waiting)
    assert (get(Job, waiting).state, get(Job, waiting).attempts) == ("queued", 0)
