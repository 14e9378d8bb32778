"""`eigenlabel serve` and `eigenlabel worker`: what has to be there first, and which processes run."""

import json
import os
import socket
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import structlog
from rich.console import Console

from app.core import installation
from app.core.config import get_settings
from worker.cli_errors import InputError
from worker.data_directory import make_data_directory
from worker.store import accounts
from worker.supervisor import Service, Supervisor, WorkerService

READY_SECONDS = 60.0
QUEUES = ("gpu", "cpu", "pretrain")
log = structlog.get_logger()


@dataclass(frozen=True)
class Options:
    """What `eigenlabel serve` was asked for."""

    host: str
    port: int
    workers: int
    demo: bool

    @property
    def anywhere(self) -> bool:
        """Return whether every address of this machine is listened on."""
        return self.host in {"0.0.0.0", "::"}  # noqa: S104  (compared, not bound)

    @property
    def url(self) -> str:
        """Return the address that a browser on this machine uses."""
        host = "127.0.0.1" if self.anywhere else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def prepare() -> None:
    """Make the data directory and bring the database to the newest schema."""
    make_data_directory()
    accounts.migrate()


def require_free(host: str, port: int) -> None:
    """Raise InputError where something else listens on the address already, or it is not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"Cannot listen on {host} port {port}: {reason}. Try --port.") from error


def allow_host(options: Options) -> None:
    """Have the API answer under the name that it was told to listen on."""
    allowed = get_settings().allowed_hosts
    name = f"[{options.host}]" if ":" in options.host else options.host
    if not options.anywhere and name not in allowed:
        os.environ["EIGENLABEL_ALLOWED_HOSTS"] = json.dumps([*allowed, name])


def run(options: Options, console: Console) -> None:
    """Run the service until it is stopped. The workers start once the API answers: people come first."""
    require_free(options.host, options.port)
    make_data_directory()
    allow_host(options)
    log.info("service.uses", **installation.describe())
    api = Service("api", ["api", options.host, str(options.port)], held=True)
    api.start()
    accounts.migrate()
    name, link = accounts.first_sign_in()
    if options.demo:
        from worker.demo import seed  # noqa: PLC0415  (only a demo needs what it imports)

        seed()
    api.release()
    supervisor = Supervisor([api])

    def when_ready() -> None:
        ready = _wait_until_ready(options.url)
        gpu = [WorkerService(f"gpu worker {at + 1}", ["worker", "gpu"]) for at in range(options.workers)]
        supervisor.add([*gpu, *(_worker(queue) for queue in ("cpu", "pretrain"))])
        if ready:
            _greet(options, console, name, link)

    threading.Thread(target=when_ready, daemon=True).start()
    supervisor.run()


def run_api(options: Options) -> None:
    """Run the HTTP API until it is stopped; any number may run side by side on PostgreSQL."""
    require_free(options.host, options.port)
    make_data_directory()
    allow_host(options)
    log.info("api.uses", **installation.describe())
    Supervisor([Service("api", ["api", options.host, str(options.port)])]).run()


def run_workers(queues: list[str]) -> None:
    """Run one worker process a queue until they are stopped."""
    unknown = sorted(set(queues) - set(QUEUES))
    if unknown:
        raise InputError(f"There is no queue {unknown[0]!r}; there are {', '.join(QUEUES)}.")
    make_data_directory()
    log.info("worker.uses", **installation.describe())
    Supervisor([_worker(queue) for queue in queues]).run()


def _worker(queue: str) -> Service:
    return WorkerService(f"{queue} worker", ["worker", queue])


def _greet(options: Options, console: Console, name: str, link: str | None) -> None:
    console.print(f"\n  Eigenlabel is ready at [bold]{options.url}[/bold]")
    if options.anywhere:
        console.print("  Other machines reach it under the names in EIGENLABEL_ALLOWED_HOSTS.")
    if link:
        console.print(f"  Sign in as [bold]{name}[/bold] with this link, once, within 24 hours:")
        console.print(f"\n  [bold]{options.url}{link}[/bold]\n", soft_wrap=True)
    else:
        console.print(f"  For a sign-in link: {_link_command(options, name)}\n", soft_wrap=True)


def _link_command(options: Options, name: str) -> str:
    data = os.environ.get("EIGENLABEL_DATA")
    words = ["eigenlabel sign-in-link", name]
    words += [f"--data {data}"] if data else []
    words += [f"--url {options.url}"] if options.port != 8400 else []
    return " ".join(words)


def _wait_until_ready(url: str) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5):  # noqa: S310  (our own address)
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False
