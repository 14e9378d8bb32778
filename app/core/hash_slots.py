"""Few password hashes at a time: each takes several threads, 64 MiB and a tenth of a second.

They run in threads that give way to requests. Whoever waits holds a thread of the requests, so few may.
"""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

Result = TypeVar("Result")
RUNNING = max(1, (os.cpu_count() or 1) // 2)
WAITING = 8
NICENESS = 10


class BusyError(Exception):
    """So much of this work is waiting already that it is not begun; a request gets 503."""


class Slots:
    """At most `running` calls at a time, and `waiting` more that wait for them."""

    def __init__(self, running: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(running, "hash", initializer=_give_way)
        self._places = threading.BoundedSemaphore(running + waiting)

    def run(self, call: Callable[[], Result]) -> Result:
        """Return what `call` returns; BusyError, at once, where all places are taken."""
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            return self._pool.submit(call).result()
        finally:
            self._places.release()


def _give_way() -> None:
    """Have the scheduler prefer other threads to this one and to those that it starts (on Linux)."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


slots = Slots(RUNNING, WAITING)
"""Those of this process."""
