"""A worker whose connection to the broker went dark is alive, idle and deaf: it is started again."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.core.models import Job
from tests.conftest import clear_process_state
from tests.servers.proxy import Proxy, to_port
from tests.servers.redis import Redis
from tests.service.service import EIGENLABEL, wait_until
from tests.worker.conftest import get
from tests.worker.consumer.test_redis import consumers

pytestmark = [
    pytest.mark.alone,
    pytest.mark.only("postgresql", "the broker meets no database; production has this one"),
]
SETTINGS = {"EIGENLABEL_SWEEP_SECONDS": "0.5", "EIGENLABEL_WORKER_SILENCE_SECONDS": "4"}


@pytest.fixture
def network(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Return the network between the broker and everybody."""
    proxy = Proxy(to_port(redis.port))
    monkeypatch.setenv("EIGENLABEL_BROKER_URL", f"redis://127.0.0.1:{proxy.port}/0")
    clear_process_state()
    yield proxy
    proxy.close()


@pytest.fixture
def worker(engine: Engine, network: Proxy, tmp_path: Path) -> Iterator[Path]:
    """Run `eigenlabel worker` on the cpu queue; returns its log."""
    log = tmp_path / "worker.log"
    with log.open("wb") as file:
        command = [*EIGENLABEL, "worker", "--queues", "cpu"]
        process = subprocess.Popen(command, env=os.environ | SETTINGS, stdout=file, stderr=file)
    yield log
    process.terminate()
    process.wait(20)


def test_a_deaf_worker_is_started_again_and_its_jobs_run(
    worker: Path, network: Proxy, redis: Redis, make_job: Callable[..., str]
) -> None:
    wait_until(lambda: consumers(redis), 30, worker)
    network.freeze()
    plan = {"split": "pool", "labels": "ignore", "new_categories": False}
    job_id = make_job("import", "cpu", params=plan | {"source": {"kind": "folder", "path": "/nowhere"}})
    wait_until(lambda: "worker.deaf" in worker.read_text(), 20, worker)
    assert get(Job, job_id).state == "queued"
    wait_until(lambda: get(Job, job_id).state == "failed", 40, worker)
    assert (get(Job, job_id).attempts, get(Job, job_id).error) == (1, "There is no such path on the server.")
    assert "service.silent" in worker.read_text()
