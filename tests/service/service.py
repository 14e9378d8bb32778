"""A whole service as processes: starting it, finding its processes, ending it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from tests.servers.ports import free_port

EIGENLABEL = (sys.executable, "-m", "worker.cli")
Find = Callable[[], list[int]]
QUICK = {
    "EIGENLABEL_SWEEP_SECONDS": "1",
    "EIGENLABEL_JOB_LEASE_SECONDS": "5",
    "EIGENLABEL_JOB_HEARTBEAT_SECONDS": "1",
}

FIRST_PAUSE, PAUSE_GROWTH, LONGEST_PAUSE = 0.02, 1.1, 0.2


@dataclass
class Service:
    """`eigenlabel serve` on a data directory of its own; `settings` are further variables."""

    data: Path
    import_root: Path
    port: int = field(default_factory=free_port)
    settings: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    token: str = ""

    @property
    def url(self) -> str:
        """Return where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that its processes run with."""
        own = {"EIGENLABEL_DATA": str(self.data), "EIGENLABEL_IMPORT_ROOTS": f'["{self.import_root}"]'}
        return os.environ | QUICK | own | dict(self.settings)

    @property
    def log(self) -> Path:
        """Return the file that everything it says goes to."""
        return self.data.parent / f"{self.data.name}.log"

    def start(self, *options: str, directory: Path | None = None) -> None:
        """Start it and wait until it is ready."""
        command = [*EIGENLABEL, "serve", "--port", str(self.port), *options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, cwd=directory
            )
        wait_until(self.is_ready, 120, self.log)

    def is_ready(self) -> bool:
        """Return whether it answers that it is ready."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        return answers_ready(self.url)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit status once it has ended."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def run(self, *words: str) -> str:
        """Return what another `eigenlabel` command prints."""
        command = [*EIGENLABEL, *words]
        try:
            ran = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        except subprocess.CalledProcessError as error:
            error.add_note(error.stdout + error.stderr)
            raise
        return ran.stdout.strip()

    def client(self) -> httpx.Client:
        """Return a client signed in as the administrator."""
        return self.client_of(self.url)

    def client_of(self, url: str) -> httpx.Client:
        """Return a client of one of its api processes, signed in as the administrator."""
        self.token = self.token or self.run("token", "create", "admin")
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=60)

    def pids(self, *words: str) -> list[int]:
        """Return its processes whose command line has all of `words`, whoever started them."""
        mark = f"EIGENLABEL_DATA={self.data}".encode()
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and _matches(entry, mark, words)
        ]

    def targets(self) -> dict[str, Find]:
        """Return, by name, how the processes of each kind are found that a fault may befall."""
        queues = ("gpu", "cpu", "pretrain")
        workers = {f"{queue} worker": partial(self.pids, "worker.service.launch", queue) for queue in queues}
        return {
            "api": partial(self.pids, "worker.service.launch", "api"),
            "child": partial(self.pids, "worker.child"),
            **workers,
        }


def answers_ready(url: str) -> bool:
    """Return whether a service answers that it is ready; reading certificates would take 30 ms a time."""
    try:
        return httpx.get(f"{url}/ready", verify=False).is_success
    except httpx.TransportError:
        return False


def _matches(entry: Path, mark: bytes, words: tuple[str, ...]) -> bool:
    try:
        line = (entry / "cmdline").read_bytes().decode().split("\0")
        return mark in (entry / "environ").read_bytes().split(b"\0") and set(words) <= set(line)
    except OSError:
        return False


def wait_until(condition: object, seconds: float, log: Path | None = None) -> None:
    """Wait until `condition()` is true; fails after `seconds` with the end of the log.

    It asks less often with time: mostly it asks over HTTP, and what is waited for needs the machine.
    """
    assert callable(condition)
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE
    while not condition():
        in_time = time.monotonic() < deadline
        assert in_time, f"not within {seconds} s. {log.read_text()[-3000:] if log else ''}"
        time.sleep(pause)
        pause = min(pause * PAUSE_GROWTH, LONGEST_PAUSE)
