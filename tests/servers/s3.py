"""A real S3-compatible server for tests: Moto's, in a process of its own on a free port of this machine."""

import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

START_SECONDS = 60
ACCESS_KEY, SECRET_KEY = "access-key-of-tests", "secret-key-of-tests"


class S3Server:
    """The server's process, and buckets in it. What is stored goes with the process."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", self.url.rpartition(":")[2]]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(f"{self.url}/moto-api/", verify=False)  # certificates take 30 ms a time
                return
            except httpx.TransportError:
                assert self._process.poll() is None, "the S3 server has ended"
                assert time.monotonic() < deadline, "the S3 server does not answer"
                time.sleep(0.1)

    def stop(self) -> None:
        """End it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def new_bucket(self, name: str = "") -> str:
        """Return the name of a new, empty bucket."""
        name = name or f"bucket-{uuid.uuid4().hex}"
        httpx.put(f"{self.url}/{name}").raise_for_status()
        return name

    def require_credentials(self) -> None:
        """Have it refuse whoever is not known to it, which from then on is everybody."""
        httpx.post(f"{self.url}/moto-api/reset-auth", content=b"0").raise_for_status()

    def settings(self, url: str) -> dict[str, str]:
        """Return the variables that make the service use it; `url` is `s3://bucket/prefix`."""
        return {
            "EIGENLABEL_STORAGE_URL": url,
            "EIGENLABEL_STORAGE_ENDPOINT": self.url,
            "EIGENLABEL_STORAGE_ACCESS_KEY": ACCESS_KEY,
            "EIGENLABEL_STORAGE_SECRET_KEY": SECRET_KEY,
        }


@contextmanager
def running() -> Iterator[S3Server]:
    """Yield a server that is gone after the block."""
    server = S3Server()
    server.start()
    try:
        yield server
    finally:
        server.stop()
