"""A second worker machine needs the settings and nothing else; it takes over from one that froze (T32)."""

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.proxy import Proxy, to_file, to_port
from tests.service.oracle import Oracle
from tests.service.service import EIGENLABEL, wait_until
from tests.service.test_faults import kill
from tests.stack.namespace import Machine, second_machine
from tests.stack.stack import Stack
from tests.stack.test_stack import start_round

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def machine() -> Iterator[Machine]:
    """Return a machine without a worker."""
    with second_machine() as machine:
        yield machine


@pytest.fixture
def settings(machine: Machine, stack: Stack, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the settings under which the machine reaches database, queue and store over its network."""
    own = dict(re.findall(r"(\w+)='(.*)'", stack.topology.environment_file.read_text()))
    database = own["EIGENLABEL_DATABASE_URL"]
    folder = re.findall(r"host=([^&]+)", database)[0]
    proxies = [
        Proxy(connect, machine.host)
        for connect in (
            to_file(f"{folder}/.s.PGSQL.5432"),
            to_port(stack.topology.redis_port),
            to_port(stack.topology.storage_port),
        )
    ]
    database_port, redis_port, storage_port = (proxy.port for proxy in proxies)
    reached = {
        "EIGENLABEL_DATABASE_URL": f"postgresql://postgres@{machine.host}:{database_port}/postgres",
        "EIGENLABEL_BROKER_URL": f"redis://{machine.host}:{redis_port}/0",
        "EIGENLABEL_STORAGE_ENDPOINT": f"http://{machine.host}:{storage_port}",
        "EIGENLABEL_DATA": str(tmp_path / "data"),
    }
    yield stack.environment | reached
    for proxy in proxies:
        proxy.close()


@pytest.fixture
def start_worker(machine: Machine, settings: dict[str, str], stack: Stack, tmp_path: Path) -> Iterator[Any]:
    """Return a function that starts a worker of the gpu queue there; returns its log."""
    started: list[subprocess.Popen[bytes]] = []
    log = tmp_path / "worker.log"

    def start() -> Path:
        command = [*EIGENLABEL, "worker", "--queues", "gpu"]
        started.append(machine.start(command, stack.topology.directory, settings, log))
        return log

    yield start
    for process in started:
        process.terminate()
        process.wait(60)


def test_a_second_machine_takes_over_from_a_frozen_one(
    stack: Stack, oracles: list[Oracle], start_worker: Any, tmp_path: Path
) -> None:
    started = start_round(oracles, image_size=88)
    job = f"/jobs/{started['job_id']}"
    wait_until(lambda: oracles[0].call("GET", job)["state"] == "running", 60, stack.log)
    frozen = [*stack.pids("worker.service.launch", "gpu"), *stack.pids("worker.child")]
    kill(frozen, signal.SIGSTOP)
    try:
        log = start_worker()
        wait_until(lambda: oracles[0].call("GET", job)["state"] == "done", 240, log)
        steps = oracles[0].call("GET", f"/rounds/{started['id']}/steps")
    finally:
        kill(frozen, signal.SIGCONT)
    time.sleep(3)
    assert oracles[0].call("GET", f"/rounds/{started['id']}/steps") == steps, "a late write was accepted"
    assert oracles[0].call("GET", job)["attempts"] == 2
    oracles[0].play(started["id"], seconds=240)
    assert oracles[0].call("GET", f"/rounds/{started['id']}")["state"] == "done"
    assert list((tmp_path / "data" / "work" / "cache").rglob("features.f16")), (
        "it has worked with its own copies"
    )
