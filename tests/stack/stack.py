"""The production stack as tests see it: started by the command that people use, killed in parts."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import httpx

from tests.service.service import QUICK, Find, Service, answers_ready, wait_until
from tests.stack.topology import Topology


class Stack(Service):
    """`python -m tests.stack` on a directory of its own; `port` is the first api process's."""

    def __init__(self, import_root: Path, port: int, settings: Mapping[str, str] | None = None) -> None:
        # not below pytest's folder: PostgreSQL, run by root, is another user there
        self.topology = Topology(Path(tempfile.mkdtemp(prefix="eigenlabel-stack-")), port, bucket=True)
        super().__init__(self.topology.directory / "data", import_root, port, settings or {})

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that its processes run with."""
        own: dict[str, str] = {}
        if self.topology.environment_file.exists():
            own = dict(re.findall(r"(\w+)='(.*)'", self.topology.environment_file.read_text()))
        roots = {"EIGENLABEL_IMPORT_ROOTS": f'["{self.import_root}"]'}
        return os.environ | QUICK | roots | dict(self.settings) | own

    def start(self, *options: str, directory: Path | None = None) -> None:
        """Start it and wait until both api processes are ready."""
        command = [sys.executable, "-m", "tests.stack", "--bucket", "--port", str(self.port), *options]
        command += ["--directory", str(self.topology.directory)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        wait_until(self.is_ready, 180, self.log)

    def start_empty(self) -> None:
        """Start it, once it was stopped, with nothing in it: its bucket has gone with the bucket's server."""
        shutil.rmtree(self.topology.directory)
        self.topology.directory.mkdir()
        self.token = ""
        self.start()

    def is_ready(self) -> bool:
        """Return whether both api processes answer that they are ready."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        return all(map(answers_ready, self.topology.urls))

    def clients(self) -> list[httpx.Client]:
        """Return a client of each api process, signed in as the administrator."""
        return [self.client_of(url) for url in self.topology.urls]

    def api_pid(self, index: int) -> int:
        """Return the process that listens on an api's port."""
        (pid,) = self.pids("worker.service.launch", "api", str(self.port + index))
        return pid

    def targets(self) -> dict[str, Find]:
        """Return, by name, how the processes of each kind are found that a fault may befall."""
        return super().targets() | {"redis": self.redis_pids}

    def redis_pids(self) -> list[int]:
        """Return the process of Redis, known by where it works: it overwrites its command line."""
        place = self.topology.redis_directory
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _works_in(entry, place)]

    def remove(self) -> None:
        """Stop it where it runs, and remove what it has kept."""
        if self.process is not None and self.process.poll() is None:
            self.stop(signal.SIGINT)
        shutil.rmtree(self.topology.directory, ignore_errors=True)


def _works_in(process: Path, place: Path) -> bool:
    try:
        return (process / "cwd").readlink() == place
    except OSError:
        return False
