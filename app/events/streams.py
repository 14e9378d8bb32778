"""Server-sent events: one poller a process, only while somebody listens, and streams that hold nothing.

A stream is a coroutine waiting for its mailbox: no thread, no session. The poller reads everything that is
listened to in one thread call every half second, so that it works across processes and without a broker. The
thread is the event loop's own: a loop that closes waits for a reading that is under way.

Open pages must cost those who label next to nothing. However much is listened to, the poller rests ten times
as long as it works, and what it has found goes out to a few streams at a time: requests come in between.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import structlog

from app.core.instruments import EVENT_STREAMS
from app.deps import Credentials
from app.events.snapshots import Reading, Snapshot, Topic, read_snapshots

POLL_SECONDS = 0.5
RESTS, LONGEST_REST_SECONDS = 10, 5.0
AT_ONCE = 10
BETWEEN_SECONDS = 0.01
BEAT_SECONDS = 15.0
log = structlog.get_logger()


@dataclass(eq=False)
class Listener:
    """One stream: its client has what `version` says and shall have `newest`; older ones are dropped."""

    topic: Topic
    credentials: Credentials
    version: str | None
    newest: Snapshot | None = None
    closed: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def receive(self, reading: Reading) -> None:
        """Take what a poll found; without access, or where the topic is gone, the stream ends."""
        self.newest = reading.snapshots.get(self.topic)
        if (self.topic, self.credentials) not in reading.allowed or self.newest is None:
            self.closed = True
            self.changed.set()
        elif self.newest.version != self.version:
            self.changed.set()

    async def wait(self) -> None:
        """Return when there is something to send or the stream ends, and now and then without a reason."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.changed.wait(), BEAT_SECONDS)
        self.changed.clear()


class Feed:
    """The listeners of one event loop and the poller that serves them."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.newcomers: list[Listener] = []
        self.joined = asyncio.Event()
        self.poller: asyncio.Task[None] | None = None

    async def listen(
        self, topic: Topic, credentials: Credentials, version: str | None
    ) -> AsyncIterator[Snapshot]:
        """Yield a snapshot now (unless it is `version`, which the client has) and whenever it changes.

        The newest is repeated every quarter of a minute, for a client to tell a quiet stream from a dead one.
        """
        listener = Listener(topic, credentials, version)
        self.listeners.add(listener)
        self.newcomers.append(listener)
        self.joined.set()
        if self.poller is None:
            self.poller = asyncio.create_task(self._poll())
        try:
            while True:
                await listener.wait()
                if listener.closed:
                    return
                if listener.newest is not None:
                    snapshot = listener.newest
                    listener.version = snapshot.version
                    yield snapshot
                    if snapshot.last:
                        return
        finally:
            self.listeners.discard(listener)
            if not self.listeners and self.poller is not None:
                self.poller.cancel()
                self.poller = None

    async def _poll(self) -> None:
        while True:
            self.joined.clear()
            self.newcomers.clear()
            took = await self._tell(self.listeners)
            rest = max(POLL_SECONDS, min(RESTS * took, LONGEST_REST_SECONDS))
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._welcome()

    async def _welcome(self) -> None:
        """Tell those who join how things are, without waiting for the next poll."""
        while True:
            await self.joined.wait()
            self.joined.clear()
            newcomers, self.newcomers = self.newcomers, []
            await self._tell(newcomers)

    async def _tell(self, audience: Iterable[Listener]) -> float:
        """Read what `audience` listens to and pass it on; returns the processor seconds of the reading."""
        listeners = list(audience)
        pairs = {(listener.topic, listener.credentials) for listener in listeners}
        try:
            reading, took = await asyncio.to_thread(_timed_read, pairs)
        except Exception as error:  # the streams go on with the next poll
            log.warning("events.poll_failed", error=type(error).__name__)
            return 0.0
        for start in range(0, len(listeners), AT_ONCE):
            for listener in listeners[start : start + AT_ONCE]:
                listener.receive(reading)
            await asyncio.sleep(BETWEEN_SECONDS)
        return took


def _timed_read(pairs: set[tuple[Topic, Credentials]]) -> tuple[Reading, float]:
    began = time.thread_time()
    return read_snapshots(pairs), time.thread_time() - began


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, Feed] = WeakKeyDictionary()


def _open_streams() -> float:
    return sum(len(each.listeners) for each in list(_feeds.values()))


EVENT_STREAMS.set_function(_open_streams)


def feed() -> Feed:
    """Return the feed of the running event loop."""
    return _feeds.setdefault(asyncio.get_running_loop(), Feed())
