"""Redis as the broker: jobs are notified through it, and do without it (hazards T34, T35)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as client
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import Engine, func, select

from app.core.database import read_session
from app.core.models import Job
from tests.app.labelling_factory import make_project
from tests.servers.redis import Redis
from tests.service.service import EIGENLABEL, wait_until

pytestmark = pytest.mark.only("postgresql", "the broker meets no database; production has this one")
StartWorker = Callable[..., None]


@pytest.fixture
def start_worker(
    engine: Engine, redis: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StartWorker]:
    """Return a function that starts a worker of the cpu queue, with settings of its own."""
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", f'["{tmp_path}"]')
    processes: list[subprocess.Popen[bytes]] = []

    def start(*command: str, sweep_seconds: float) -> None:
        environment = os.environ | {"EIGENLABEL_SWEEP_SECONDS": str(sweep_seconds)}
        command = command or (*EIGENLABEL, "worker", "--queues", "cpu")
        processes.append(subprocess.Popen(command, env=environment))

    yield start
    for process in processes:
        process.terminate()
        process.wait(20)


@pytest.fixture
def queue_import(
    start_worker: StartWorker, sign_in: Callable[..., TestClient], tmp_path: Path
) -> Callable[[], float]:
    """Return a function that asks for an import of one image over HTTP and returns how long that took."""
    (tmp_path / "images").mkdir()
    Image.new("RGB", (8, 8), "red").save(tmp_path / "images" / "red.png")
    ada = sign_in("ada", "admin")
    made = make_project(members={"ada": "owner"})
    body = {"source": {"kind": "folder", "path": str(tmp_path / "images")}, "split": "pool"}

    def queue() -> float:
        began = time.monotonic()
        assert ada.post(f"/api/v1/projects/{made.project_id}/imports", json=body).status_code == 202
        return time.monotonic() - began

    return queue


def in_state(*states: str) -> int:
    """Return how many jobs are in one of the states."""
    with read_session() as session:
        return session.scalar(select(func.count()).where(Job.state.in_(states))) or 0


def consumers(redis: Redis) -> int:
    """Return how many connections wait for messages of the cpu queue."""
    with client.Redis.from_url(redis.url) as connection:
        return sum(each["cmd"] == "brpop" for each in connection.client_list())


def test_a_job_rings_through_redis(
    queue_import: Callable[[], float], start_worker: StartWorker, redis: Redis
) -> None:
    start_worker(sweep_seconds=600)
    wait_until(lambda: consumers(redis), 30)
    queue_import()
    wait_until(lambda: in_state("done") == 1, 10)


def test_every_job_runs_though_redis_forgot_all_messages(
    queue_import: Callable[[], float], start_worker: StartWorker, redis: Redis
) -> None:
    for _ in range(5):
        queue_import()
    with client.Redis.from_url(redis.url) as connection:
        assert connection.llen("cpu") == 5
        connection.flushall()
    start_worker(sweep_seconds=1)
    wait_until(lambda: in_state("done") == 5, 30)
    with client.Redis.from_url(redis.url) as connection:
        connection.flushall()
    queue_import()
    wait_until(lambda: in_state("done") == 6, 10)


def test_requests_are_quick_without_redis_and_every_job_runs_once_it_is_back(
    queue_import: Callable[[], float], start_worker: StartWorker, redis: Redis
) -> None:
    start_worker(sweep_seconds=1)
    wait_until(lambda: consumers(redis), 30)
    redis.stop()
    seconds = sorted(queue_import() for _ in range(5))
    # Of requests within five seconds one waits for Redis; a broker that each waits for takes far longer.
    assert seconds[2] < 1, seconds
    assert seconds[4] < 5, seconds
    time.sleep(2)
    assert in_state("queued") == 5
    redis.start()
    wait_until(lambda: in_state("done") == 5, 40)


def test_one_request_at_most_waits_for_a_redis_that_does_not_answer(
    queue_import: Callable[[], float], redis: Redis
) -> None:
    queue_import()
    assert redis.process is not None
    redis.process.send_signal(signal.SIGSTOP)
    try:
        took = sorted(queue_import() for _ in range(5))
    finally:
        redis.process.send_signal(signal.SIGCONT)
    assert took[-1] < 3
    assert took[-2] < 0.9


def test_a_worker_takes_no_more_than_it_needs_and_acknowledges_early(
    queue_import: Callable[[], float], start_worker: StartWorker, redis: Redis
) -> None:
    start_worker(sys.executable, "-m", "tests.worker.sleepy_worker", sweep_seconds=600)
    wait_until(lambda: consumers(redis), 30)
    for _ in range(8):
        queue_import()
    wait_until(lambda: in_state("running") == 2, 10)
    with client.Redis.from_url(redis.url) as connection:
        waiting, unacknowledged = connection.llen("cpu"), connection.hlen("unacked")
    assert in_state("running") == 2
    assert (waiting, unacknowledged) == (4, 2), "two run, two are next, four are anybody's"
