"""The installation that the tests run: `docker compose` in a checkout, by Docker or by podman."""

import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.containers import limited
from tests.containers.page import commands

ROOT = Path(__file__).parents[2]
SERVICES = ("api", "cpu-worker", "model-worker", "database", "queue", "store")
PASSWORD = "correct-horse-battery"
COMMAND_SECONDS = 180.0
BUILD_SECONDS = 1200.0


def free_port() -> int:
    """Return a port that nobody listens on; those of `tests.servers.ports` may be another test run's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """What runs in the folder `checkout`; the page's commands are run there, `words` on their input."""

    scratch: Path
    port: int = field(default_factory=free_port)
    token: str = ""

    @property
    def checkout(self) -> Path:
        """Return the folder with the compose file."""
        return self.scratch / "eigenlabel"

    @property
    def url(self) -> str:
        """Return where the api is published."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables of the commands."""
        return os.environ | {"EIGENLABEL_PORT": str(self.port)}

    def run(
        self, script: str, words: str = "", folder: Path | None = None, seconds: float = COMMAND_SECONDS
    ) -> str:
        """Return what a script prints; fails with the end of what it said where it fails or does not end."""
        command = ("bash", "-euo", "pipefail", "-c", script)
        return limited.run(
            *command, seconds=seconds, words=words, cwd=folder or self.checkout, env=self.environment
        )

    def follow(self, heading: str, *, words: str = "", folder: Path | None = None) -> None:
        """Run the page's commands below `heading`; the repository is the checkout that is tested."""
        script = commands(heading).replace("<this repository>", str(ROOT))
        self.run(script, words, folder, BUILD_SECONDS)

    def compose(self, *words: str) -> str:
        """Return what `docker compose` prints."""
        return self.run(" ".join(["docker", "compose", *words]))

    def told(self) -> str:
        """Return which containers run and what they have said last, or why that cannot be told."""
        try:
            return self.run("docker ps --all; docker compose logs --tail 40 2>&1")
        except (OSError, limited.CommandError) as error:
            return str(error)

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Return once the api is ready and every service healthy."""
        deadline = time.monotonic() + seconds
        while not self.is_ready() or not all(map(self.is_healthy, SERVICES)):
            if time.monotonic() > deadline:
                sick = [each for each in SERVICES if not self.is_healthy(each)]
                pytest.fail(f"ready: {self.is_ready()}, not healthy: {sick}")
            time.sleep(0.5)

    def is_ready(self) -> bool:
        """Return whether `/ready` is 200."""
        try:
            return httpx.get(f"{self.url}/ready", timeout=5).is_success
        except httpx.TransportError:
            return False

    def container(self, service: str) -> str:
        """Return the name of a service's container."""
        between = "_" if os.environ["CONTAINER_ENGINE"] == "podman" else "-"
        return between.join([os.environ["COMPOSE_PROJECT_NAME"], service, "1"])

    def is_healthy(self, service: str) -> bool:
        """Return whether the health check of a service says so, now."""
        if os.environ["CONTAINER_ENGINE"] == "docker":
            return bool(self.inspect(service)["State"]["Health"]["Status"] == "healthy")
        command = ["podman", "healthcheck", "run", self.container(service)]
        return limited.succeeds(*command, env=self.environment)

    def inspect(self, service: str) -> dict[str, Any]:
        """Return all that the engine keeps of a service's container."""
        found: list[dict[str, Any]] = json.loads(self.run(f"docker inspect {self.container(service)}"))
        return found[0]

    def programs(self, service: str) -> Iterator[int]:
        """Yield the processes of a service's container by this machine's numbers, the init first."""
        waiting = [int(self.inspect(service)["State"]["Pid"])]
        while waiting:
            yield (pid := waiting.pop(0))
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())

    def client(self) -> httpx.Client:
        """Return a client with a token of olga's."""
        self.token = (
            self.token or self.compose("exec", "api", "eigenlabel", "token", "create", "olga").strip()
        )
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=60)

    def secrets(self) -> dict[str, str]:
        """Return the secrets by name."""
        folder = self.checkout / "deploy" / "secrets"
        return {path.name: path.read_text().strip() for path in folder.iterdir()}

    def counts(self) -> dict[str, Any]:
        """Return the rows and blobs that `verify` counts; fails where it finds a fault."""
        said = self.compose("exec", "api", "eigenlabel", "verify")
        rows = (line.rsplit(maxsplit=1) for line in said.splitlines() if line.strip())
        return {name.strip(): count for name, count in rows}
