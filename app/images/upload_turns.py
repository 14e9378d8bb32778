"""Who stores uploads when: a user one at a time, and few in all.

Storing takes seconds of every core. It has threads of its own, and whoever waits for one holds none: all
other requests share 40.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from app.core.problems import Problem
from app.images.ingest import CORES

Result = TypeVar("Result")
AT_ONCE = max(2, CORES)
"""Uploads that are stored at a time, each of another user; their decoding is bounded by itself."""
PLACES = 16
"""Uploads that a user may have under way, those that are being received and that wait included."""
RETRY_SECONDS = 5


class Turns:
    """The uploads of this process. Everything happens in its event loop, so that nothing is locked."""

    def __init__(self) -> None:
        self._places: Counter[str] = Counter()
        self._of_user: defaultdict[str, CapacityLimiter] = defaultdict(lambda: CapacityLimiter(1))
        self._in_all = CapacityLimiter(AT_ONCE)

    @contextmanager
    def place(self, user_id: str) -> Iterator[None]:
        """Hold one of the user's places; 429 where they have none left."""
        if self._places[user_id] >= PLACES:
            detail = f"You have {PLACES} uploads under way. Send this one when some of them are through."
            raise Problem(429, detail, headers={"Retry-After": str(RETRY_SECONDS)})
        self._places[user_id] += 1
        try:
            yield
        finally:
            self._places[user_id] -= 1
            if not self._places[user_id]:
                del self._places[user_id]
                self._of_user.pop(user_id, None)

    async def run(self, user_id: str, work: Callable[[], Result]) -> Result:
        """Return what `work` returns; it begins when it is the user's turn. The user holds a place."""
        async with self._of_user[user_id]:
            return await to_thread.run_sync(work, limiter=self._in_all)


_own_turns: RunVar[Turns] = RunVar("turns of uploads")


def turns() -> Turns:
    """Return the turns of this event loop."""
    try:
        return _own_turns.get()
    except LookupError:
        _own_turns.set(made := Turns())
        return made
