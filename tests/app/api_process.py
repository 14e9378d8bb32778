"""The application in a process of its own, on the settings of this one.

It is forked from a process that has imported the application: importing takes over two seconds of CPU.
"""

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess

import httpx
import uvicorn

from tests.servers.ports import free_port

_imported = multiprocessing.get_context("forkserver")
_imported.set_forkserver_preload(["app.main", "uvicorn", "tests.app.api_process"])


@contextmanager
def api_process() -> Iterator[tuple[ForkServerProcess, int]]:
    """Serve the application; yield the process and its port once it answers."""
    port = free_port()
    process = _imported.Process(target=_serve, args=(dict(os.environ), port), daemon=True)
    process.start()
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            assert process.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process, port
    finally:
        process.kill()
        process.join()


def _serve(environment: dict[str, str], port: int) -> None:
    os.environ.clear()
    os.environ.update(environment)
    application = "app.main:create_app"
    uvicorn.run(application, factory=True, port=port, log_level="warning", proxy_headers=False)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/live", verify=False).status_code == 200
    except httpx.TransportError:
        return False
