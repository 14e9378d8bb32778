"""The reaper thread of every worker: idempotent, so that any number of them may run."""

import threading
import time

import structlog

from app.core.config import get_settings
from worker import alive
from worker.database import caches, deleting, leftovers, schema
from worker.jobs import runner
from worker.liveness import probe

NOTIFICATIONS = 10
log = structlog.get_logger()


def reap_once(queue: str, slots: int) -> None:
    """Bring back what was left lying; notifies of waiting jobs of `queue` only while a slot is free.

    A worker that did not receive what its last pass sent leaves no mark of life, nor does one of another
    release than the database: it does nothing at all.
    """
    if not schema.is_ours():
        log.error("worker.foreign_schema", reason=schema.FOREIGN)
        return
    stuck = probe.unanswered
    leftovers.close_all_unclaimable()
    leftovers.derive_advances()
    leftovers.derive_proposals()
    deleting.derive_deletions()
    probe.sent(leftovers.notify_again(queue, NOTIFICATIONS) if runner.busy() < slots else 0)
    leftovers.delete_expired()
    leftovers.discard_orphans()
    leftovers.discard_unfinished_files()
    caches.discard_unused_caches()
    if stuck:
        log.warning("worker.deaf", queue=queue)
    else:
        alive.mark(queue)


def start(queue: str, slots: int) -> None:
    """Reap now and every few seconds, in a thread of its own."""

    def loop() -> None:
        while True:
            try:
                reap_once(queue, slots)
            except Exception as error:
                log.warning("sweep.failed", error=str(error))
            time.sleep(get_settings().sweep_seconds)

    threading.Thread(target=loop, name="reaper", daemon=True).start()
