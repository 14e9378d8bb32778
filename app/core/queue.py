"""Notifying workers: a message carries a job id only, and a lost one is harmless: the reaper sends more."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog
from celery import Celery
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from kombu.transport import TRANSPORT_ALIASES

from app.core.config import get_settings
from app.core.instruments import NOTIFICATIONS_LOST

RUN_JOB = "worker.run_job"
POLLING_SECONDS = 0.05
SILENCE_SECONDS = 5.0
REDIS_OPTIONS = {  # a request notifies at most once, and does not wait for a broker that does not answer
    "socket_connect_timeout": 0.5,
    "socket_timeout": 1.0,
    "socket_keepalive": True,
    "max_retries": 0,
}
RECONNECT_SECONDS = 2.0
TRANSPORT_ALIASES["filesystem"] = "app.core.broker:Transport"
log = structlog.get_logger()


class PatientConnection(Connection):
    """A connection that looks for its broker every two seconds; kombu's own comes to wait half a minute."""

    def _ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        pauses = {"interval_start": RECONNECT_SECONDS, "interval_max": RECONNECT_SECONDS}
        return super()._ensure_connection(*args, **(pauses | kwargs))  # type: ignore[no-untyped-call]  # kombu is untyped


def broker_options() -> dict[str, Any]:
    """Return Celery's transport options for the configured broker; creates the queue directories."""
    settings = get_settings()
    if not settings.celery_url.startswith("filesystem"):
        return REDIS_OPTIONS
    messages, control = settings.queue_directory / "messages", settings.queue_directory / "control"
    for directory in (messages, control):
        directory.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(messages),
        "data_folder_out": str(messages),
        "control_folder": str(control),
        "store_processed": False,
        "polling_interval": POLLING_SECONDS,
    }


@lru_cache
def get_celery() -> Celery:
    """Return the Celery application that this process sends with (and, in a worker, consumes with)."""
    celery = Celery("eigenlabel", broker=get_settings().celery_url)
    celery.amqp.Connection = PatientConnection
    celery.conf.update(
        broker_transport_options=broker_options(),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a worker waits for a broker that is away; its reaper goes on
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
    )
    return celery


@dataclass
class Silence:
    """Until when (of the monotonic clock) nobody notifies, for the broker did not answer."""

    until: float = 0.0


@lru_cache
def get_silence() -> Silence:
    """Return the silence of this process."""
    return Silence()


def notify(job_id: str, queue: str) -> bool:
    """Tell the workers of `queue` about a job; returns whether the broker has taken the message.

    A broker that does not answer is logged, not raised, and left alone for some seconds, so that requests do
    not wait for it one after another; the reaper notifies again.
    """
    if time.monotonic() < get_silence().until:
        NOTIFICATIONS_LOST.inc()
        return False
    try:
        get_celery().send_task(RUN_JOB, args=[job_id], queue=queue, retry=False)
    except (OperationalError, OSError) as error:
        get_silence().until = time.monotonic() + SILENCE_SECONDS
        NOTIFICATIONS_LOST.inc()
        log.warning("queue.unreachable", job_id=job_id, error=str(error))
        return False
    return True
