"""What the production stack consists of, without containers: servers, api processes, workers."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.servers.program import Program
from tests.servers.redis import redis_command
from tests.servers.s3 import ACCESS_KEY, SECRET_KEY
from worker.service.serve import QUEUES
from worker.service.supervisor import Service, WorkerService

BUCKET = "eigenlabel"
WORKERS = {"gpu": 2}  # of the other queues there is one each


@dataclass(frozen=True)
class Topology:
    """Where everything is. The api processes listen on `port` and the one after it, Redis and S3 behind.

    With `bucket`, blobs are kept in the S3-compatible server, which forgets them when it ends.
    """

    directory: Path
    port: int
    bucket: bool = False

    @property
    def urls(self) -> list[str]:
        """Return the addresses of the api processes."""
        return [f"http://127.0.0.1:{self.port + index}" for index in range(2)]

    @property
    def redis_port(self) -> int:
        """Return where Redis listens."""
        return self.port + 2

    @property
    def redis_directory(self) -> Path:
        """Return where Redis works; without it, Redis does not start."""
        return self.directory / "redis"

    @property
    def storage_port(self) -> int:
        """Return where the S3-compatible server listens."""
        return self.port + 3

    @property
    def storage_url(self) -> str:
        """Return the address of the S3-compatible server."""
        return f"http://127.0.0.1:{self.storage_port}"

    def make_bucket(self) -> None:
        """Make the bucket for blobs in the running server."""
        httpx.put(f"{self.storage_url}/{BUCKET}").raise_for_status()

    @property
    def environment_file(self) -> Path:
        """Return the file with the variables that an `eigenlabel` command needs to reach this stack."""
        return self.directory / "environment"

    def servers(self) -> list[Service]:
        """Return Redis and the S3-compatible server; PostgreSQL looks after itself."""
        self.redis_directory.mkdir(exist_ok=True)
        redis = redis_command(self.redis_port, self.redis_directory)
        # the server of moto, which keeps its buckets in memory
        moto = shutil.which("moto_server", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        storage = [moto or "moto_server", "-H", "127.0.0.1", "-p", str(self.storage_port)]
        return [
            Program("redis", redis, log=self.directory / "redis.log"),
            Program("storage", storage, log=self.directory / "storage.log"),
        ]

    def apis(self) -> list[Service]:
        """Return the api processes."""
        return [
            Service(f"api {index + 1}", ["api", "127.0.0.1", str(self.port + index)]) for index in range(2)
        ]

    def workers(self) -> list[Service]:
        """Return the workers: two of the gpu queue, one of each other queue."""
        return [
            WorkerService(f"{queue} worker {number + 1}", ["worker", queue])
            for queue in QUEUES
            for number in range(WORKERS.get(queue, 1))
        ]

    def settings(self, database_url: str) -> dict[str, str]:
        """Return the variables of every process: they alone make this stack of the ordinary service."""
        blobs = {
            "EIGENLABEL_STORAGE_URL": f"s3://{BUCKET}/blobs",
            "EIGENLABEL_STORAGE_ENDPOINT": self.storage_url,
            "EIGENLABEL_STORAGE_ACCESS_KEY": ACCESS_KEY,
            "EIGENLABEL_STORAGE_SECRET_KEY": SECRET_KEY,
        }
        return (blobs if self.bucket else {}) | {
            "EIGENLABEL_DATA": str(self.directory / "data"),
            "EIGENLABEL_DATABASE_URL": database_url,
            "EIGENLABEL_BROKER_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "EIGENLABEL_ALLOWED_HOSTS": json.dumps(["127.0.0.1", "localhost"]),
        }

    def write_environment(self, settings: Mapping[str, str]) -> None:
        """Write the variables as a file that a shell can read."""
        lines = [f"{name}='{value}'\n" for name, value in settings.items()]
        self.environment_file.write_text("".join(lines))
