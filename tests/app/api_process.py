"""The application in a process of its own, on the settings of this one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.servers.ports import free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def api_process() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Serve the application; yield the process and its port once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory"]
    command += ["--port", str(port), "--log-level", "warning", "--no-proxy-headers"]
    process = subprocess.Popen(command, env=dict(os.environ), cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield process, port
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/live").status_code == 200
    except httpx.TransportError:
        return False
