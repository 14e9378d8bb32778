"""The sweeper thread of every worker: idempotent, so that any number of them may run."""

import threading
import time

import structlog

from app.core.config import get_settings
from worker import alive
from worker.canary import canary
from worker.database import schema, sweep
from worker.jobs import runner

RINGS = 10
log = structlog.get_logger()


def sweep_once(queue: str, slots: int) -> None:
    """Come back to what was left lying; rings for waiting jobs of `queue` only while a slot is free.

    A worker that has not heard what its last sweep rang leaves no mark of life, nor does one of another
    release than the database: it does nothing at all.
    """
    if not schema.is_ours():
        log.error("worker.foreign_schema", reason=schema.FOREIGN)
        return
    deaf = canary.deaf
    sweep.close_all_unclaimable()
    sweep.derive_advances()
    canary.rang(sweep.ring_again(queue, RINGS) if runner.busy() < slots else 0)
    sweep.delete_expired()
    sweep.discard_orphans()
    sweep.discard_unfinished_files()
    if deaf:
        log.warning("worker.deaf", queue=queue)
    else:
        alive.mark(queue)


def start(queue: str, slots: int) -> None:
    """Sweep now and every few seconds, in a thread of its own."""

    def loop() -> None:
        while True:
            try:
                sweep_once(queue, slots)
            except Exception as error:
                log.warning("sweep.failed", error=str(error))
            time.sleep(get_settings().sweep_seconds)

    threading.Thread(target=loop, name="sweeper", daemon=True).start()
