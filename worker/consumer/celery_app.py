"""One worker process: a Celery consumer of one queue, a reaper beside it, and an orderly end."""

import logging
import os
import signal
import threading
import time
import warnings
from typing import Any

import structlog
from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import setup_logging, worker_ready

from app.core.logging import configure_logging
from app.core.queue import get_celery
from worker.consumer import reaper, tasks
from worker.jobs import pretraining, runner
from worker.jobs.shared_child import child
from worker.watchdog import stopping

CONCURRENCY = {"gpu": 1, "cpu": 2, "pretrain": 2}
"""How many jobs a worker of each queue runs at a time; of pretrainings it runs one (`runner.py`)."""
PATIENCE = 10
"""The niceness of a worker whose jobs nobody waits for; that of its child is the greatest."""
STOP_SECONDS = 20.0
log = structlog.get_logger()


def serve(queue: str) -> None:
    """Run the jobs of `queue` until the process is told to stop."""
    setup_logging.connect(_keep_our_logging)
    worker_ready.connect(_on_ready)
    configure_logging()
    for name in ("celery", "kombu"):
        logging.getLogger(name).setLevel(logging.WARNING)
    warnings.simplefilter("ignore", SecurityWarning)  # in a container the only user may be root
    if queue == "pretrain":
        os.nice(PATIENCE)
    reaper.start(queue, CONCURRENCY[queue])
    if queue == "gpu":
        child.warm_up()
    make_consumer(queue).start()


def make_consumer(queue: str) -> Any:
    """Return a Celery worker that takes one message at a time for each of the queue's threads."""
    celery: Celery = get_celery()
    tasks.register(celery)
    celery.conf.worker_enable_remote_control = False
    return celery.Worker(
        pool="threads",
        concurrency=CONCURRENCY[queue],
        queues=[queue],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )


def _keep_our_logging(**_signal: Any) -> None:
    """Being connected to this signal keeps Celery from setting up logging of its own."""


def _on_ready(**_signal: Any) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _on_stop)
    log.info("worker.ready")


def _on_stop(_number: int, _frame: Any) -> None:
    threading.Thread(target=leave, name="leave").start()


def leave() -> None:
    """Hand running jobs back and end the process. A reaper notifies again of jobs not yet begun."""
    stopping.set()
    deadline = time.monotonic() + STOP_SECONDS
    while runner.busy() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.stop()
    pretraining.child.stop()
    pretraining.measuring.stop()
    os._exit(0)
