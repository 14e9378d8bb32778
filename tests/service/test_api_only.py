"""The parts of the service started one by one, as containers start them."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port
from tests.service.service import EIGENLABEL, QUICK, answers_ready, wait_until


@contextmanager
def running(environment: dict[str, str], log: Path, *words: str) -> Iterator[None]:
    """Have `eigenlabel` run with `words` during the block."""
    with log.open("ab") as file:
        process = subprocess.Popen([*EIGENLABEL, *words], env=environment, stdout=file, stderr=file)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def status(environment: dict[str, str], *words: str) -> int:
    """Return the exit status of a command."""
    return subprocess.run([*EIGENLABEL, *words], env=environment, check=False, capture_output=True).returncode


def test_migrate_then_api_then_worker(tmp_path: Path) -> None:
    data = {"EIGENLABEL_DATA": str(tmp_path / "data"), "EIGENLABEL_SWEEP_SECONDS": "1"}
    environment, port, log = os.environ | QUICK | data, free_port(), tmp_path / "log"
    assert status(environment, "migrate") == 0
    assert status(environment, "worker-alive", "--queues", "cpu") == 2

    with running(environment, log, "api", "--port", str(port)):
        wait_until(lambda: answers_ready(f"http://127.0.0.1:{port}"), 30, log)
        with running(environment, log, "worker", "--queues", "cpu"):
            alive = ["worker-alive", "--queues", "cpu"]
            wait_until(lambda: status(environment, *alive) == 0, 30, log)
    assert "api.uses" in log.read_text()
    assert "worker.uses" in log.read_text()
