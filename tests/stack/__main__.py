"""`make stack`: the production topology on this machine, without containers, until Ctrl+C.

A real PostgreSQL, a real Redis and an S3-compatible server, two api processes, two workers of the gpu queue
and one of each other queue. What it keeps lies below `data/stack`; queues end with it, and so do blobs with
`--bucket`.
"""

import argparse
import os
import threading
import time
from pathlib import Path

from app.core.config import get_settings
from app.core.logging import configure_logging
from tests.servers import postgresql
from tests.servers.ports import answers
from tests.stack.topology import Topology
from worker.database import accounts
from worker.service import serve
from worker.service.supervisor import Supervisor

STARTED_SECONDS = 60.0


def run(topology: Topology) -> None:
    """Run the stack until it is asked to stop."""
    for port in range(topology.port, topology.port + 4):
        serve.require_free("127.0.0.1", port)
    topology.directory.mkdir(parents=True, exist_ok=True)
    database = postgresql.start(topology.directory / "postgresql")
    try:
        settings = topology.settings(database.get_uri())
        os.environ |= settings
        get_settings.cache_clear()
        topology.write_environment(settings)
        serve.prepare()
        name, link = accounts.first_sign_in()
        supervisor = Supervisor([*topology.servers(), *topology.apis()])
        threading.Thread(target=when_ready, args=(topology, supervisor, name, link), daemon=True).start()
        supervisor.run()
    finally:
        database.cleanup()


def when_ready(topology: Topology, supervisor: Supervisor, name: str, link: str | None) -> None:
    """Start the workers once everything they need answers, and say where it is."""
    deadline = time.monotonic() + STARTED_SECONDS
    while not all(map(answers, range(topology.port, topology.port + 4))) and time.monotonic() < deadline:
        time.sleep(0.1)
    if topology.bucket:
        topology.make_bucket()
    supervisor.add(topology.workers())
    print("\n  The stack is ready: two api processes on one PostgreSQL and one Redis.")  # noqa: T201
    for url in topology.urls:
        print(f"    {url}")  # noqa: T201
    if link is not None:
        print(f"  Sign in as {name}, once, within 24 hours: {topology.urls[0]}{link}")  # noqa: T201
    read = f"set -a; . {topology.environment_file}; set +a"
    print(f"  To use `eigenlabel` with it: {read}")  # noqa: T201
    print(f"  For a sign-in link: eigenlabel sign-in-link {name} --url {topology.urls[0]}")  # noqa: T201
    print("  Ctrl+C stops all of it.\n", flush=True)  # noqa: T201


def main() -> None:
    """Read the command line and run the stack."""
    parser = argparse.ArgumentParser(prog="python -m tests.stack", description=__doc__)
    parser.add_argument("--directory", type=Path, default=Path("data/stack"))
    parser.add_argument("--port", type=int, default=8401, help="first of four ports")
    told = "keep blobs in the S3-compatible server, which forgets them when it ends"
    parser.add_argument("--bucket", action="store_true", help=told)
    options = parser.parse_args()
    configure_logging()
    run(Topology(options.directory.resolve(), options.port, options.bucket))


if __name__ == "__main__":
    main()
