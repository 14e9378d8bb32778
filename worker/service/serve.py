"""`eigenlabel serve` and `eigenlabel worker`: what has to be there first, and which processes run."""

import importlib.util
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
from app.core.queues import QUEUES
from worker.command_errors import InputError
from worker.database import accounts
from worker.service.addresses import Listening
from worker.service.data_directory import make_data_directory
from worker.service.supervisor import Service, Supervisor, WorkerService

READY_SECONDS = 60.0
log = structlog.get_logger()


@dataclass(frozen=True)
class Options:
    """What `eigenlabel serve` was asked for."""

    listening: Listening
    workers: int
    demo: bool


def prepare() -> None:
    """Make the data directory and bring the database to the newest schema."""
    make_data_directory()
    accounts.migrate()


def require_models() -> None:
    """Raise InputError where the packages that workers need are not installed (the extra `worker`)."""
    if importlib.util.find_spec("torch") is None:
        raise InputError("Workers need torch, which is not installed: pip install 'eigenlabel[worker]'.")


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


def run(options: Options, console: Console) -> None:
    """Run the service until it is stopped. The workers start once the API answers: people come first."""
    require_models()
    listening = options.listening
    require_free(listening.host, listening.port)
    make_data_directory()
    listening.allow()
    listening.remember()
    log.info("service.uses", **installation.describe())
    api = Service("api", ["api", listening.host, str(listening.port)], held=True)
    api.start()
    accounts.migrate()
    name, link = accounts.first_sign_in()
    if options.demo:
        from worker.service.demo import seed  # noqa: PLC0415  (only a demo needs what it imports)

        seed()
    api.release()
    supervisor = Supervisor([api])

    def when_ready() -> None:
        trouble = _wait_until_ready(listening.probe_url)
        gpu = [WorkerService(f"gpu worker {at + 1}", ["worker", "gpu"]) for at in range(options.workers)]
        supervisor.add([*gpu, *(_worker(queue) for queue in ("cpu", "pretrain"))])
        if trouble:
            log.error("service.not_ready", url=listening.probe_url, reason=trouble)
        _greet(listening, console, name, link, trouble)

    threading.Thread(target=when_ready, daemon=True).start()
    supervisor.run()


def run_api(listening: Listening) -> None:
    """Run the HTTP API until it is stopped; any number may run side by side on PostgreSQL."""
    require_free(listening.host, listening.port)
    make_data_directory()
    listening.allow()
    listening.remember()
    log.info("api.uses", **installation.describe())
    Supervisor([Service("api", ["api", listening.host, str(listening.port)])]).run()


def run_workers(queues: list[str]) -> None:
    """Run one worker process a queue until they are stopped."""
    unknown = sorted(set(queues) - set(QUEUES))
    if unknown:
        raise InputError(f"There is no queue {unknown[0]!r}; there are {', '.join(QUEUES)}.")
    require_models()
    make_data_directory()
    log.info("worker.uses", **installation.describe())
    Supervisor([_worker(queue) for queue in queues]).run()


def _worker(queue: str) -> Service:
    return WorkerService(f"{queue} worker", ["worker", queue])


def _greet(listening: Listening, console: Console, name: str, link: str | None, trouble: str) -> None:
    state = f"does not answer yet ({trouble})" if trouble else "is ready"
    console.print(f"\n  Eigenlabel {state} at [bold]{listening.url}[/bold]")
    if link:
        console.print(f"  Sign in as [bold]{name}[/bold] with this link, once, within 24 hours:")
        console.print(f"\n  [bold]{listening.url}{link}[/bold]\n", soft_wrap=True)
    else:
        data = os.environ.get("EIGENLABEL_DATA")
        words = ["eigenlabel sign-in-link", name, *([f"--data {data}"] if data else [])]
        console.print(f"  For a sign-in link: {' '.join(words)}\n", soft_wrap=True)


def _wait_until_ready(url: str) -> str:
    """Return "" once the service answers that it is ready, or why it does not after a minute."""
    deadline, trouble = time.monotonic() + READY_SECONDS, ""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # not by way of HTTP_PROXY
    while time.monotonic() < deadline:
        try:
            with direct.open(f"{url}/ready", timeout=5):
                return ""
        except (urllib.error.URLError, OSError) as error:
            trouble = str(error)
            time.sleep(0.1)
    return trouble
