"""T21: whoever can write to the queue can notify of jobs, no more: forged messages have no effect."""

import json
import os
import pickle
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from sqlalchemy import Engine, func, select

from app.core.config import get_settings
from app.core.database import read_session
from app.core.models import Job
from app.core.queue import RUN_JOB, broker_options, notify
from tests.service.service import EIGENLABEL, wait_until
from tests.worker.conftest import get

pytestmark = [pytest.mark.slow, pytest.mark.only("sqlite", "the broker meets no database")]


class Poison:
    """A pickle of this writes the canary."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Callable[..., int], tuple[str]]:
        return os.system, (f"touch {self.canary}",)


@pytest.fixture(params=["filesystem", "redis"])
def worker(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[Path]:
    """Run a worker of the cpu queue on each broker; returns its log."""
    if request.param == "redis":
        request.getfixturevalue("redis")
    log = tmp_path / "worker.log"
    with log.open("wb") as file:
        command = [*EIGENLABEL, "worker", "--queues", "cpu"]
        process = subprocess.Popen(command, env=os.environ, stdout=file, stderr=file)
    yield log
    process.terminate()
    process.wait(40)


def publish(body: Any, task: str = RUN_JOB, content_type: str = "application/json") -> None:
    """Put a message into the queue as somebody could who may write there."""
    content = body if isinstance(body, bytes) else json.dumps(body)
    encoding = "binary" if isinstance(body, bytes) else "utf-8"
    identifier = uuid.uuid4().hex
    with Connection(get_settings().celery_url, transport_options=broker_options()) as connection:
        connection.Producer().publish(
            content,
            routing_key="cpu",
            content_type=content_type,
            content_encoding=encoding,
            headers={"task": task, "id": identifier, "lang": "py"},
        )


def test_forged_messages_have_no_effect_and_the_worker_goes_on(
    worker: Path, make_job: Callable[..., str], tmp_path: Path
) -> None:
    options: dict[str, Any] = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    canary = tmp_path / "canary"
    wait_until(lambda: "worker.ready" in worker.read_text(), 60, worker)
    pickled = pickle.dumps(((Poison(canary),), {}, options))
    publish(pickled, content_type="application/x-python-serialize")
    publish([["0" * 32], {}, options])
    publish([[{"id": 1}], {}, options])
    publish([["a", "b"], {"c": 1}, options])
    publish([["rm -rf /"], {}, options], task="os.system")
    for body in ("no list", [], [1, 2, 3], [["a"], "b", None], {"args": []}, b"\xff\xfe"):
        publish(body)
    publish(pickled, content_type="application/octet-stream")
    plan = {"split": "pool", "labels": "ignore", "new_categories": False}
    job_id = make_job("import", "cpu", params=plan | {"source": {"kind": "folder", "path": "/nowhere"}})
    notify(job_id, "cpu")
    wait_until(lambda: get(Job, job_id).state == "failed", 60, worker)
    assert get(Job, job_id).attempts == 1
    assert not canary.exists()
    with read_session() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1
    assert worker.read_text().count("worker.ready") == 1, "the worker was brought down"
