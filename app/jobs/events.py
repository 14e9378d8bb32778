"""Server-sent events: one poller a process, only while somebody listens, and streams that hold nothing.

A stream is a coroutine waiting for its mailbox: no thread, no session. The poller reads everything that is
listened to in one thread call every half second, so that it works across processes and without a broker.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import structlog
from starlette.concurrency import run_in_threadpool

from app.deps import Credentials
from app.jobs.snapshots import Reading, Snapshot, Topic, read_snapshots

POLL_SECONDS = 0.5
log = structlog.get_logger()


@dataclass(eq=False)
class Listener:
    """One stream: `snapshot` is the newest that it has not sent yet; older ones are dropped."""

    topic: Topic
    credentials: Credentials
    version: str | None
    snapshot: Snapshot | None = None
    closed: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def receive(self, reading: Reading) -> None:
        """Take what a poll found; without access, or where the topic is gone, the stream ends."""
        snapshot = reading.snapshots.get(self.topic)
        if (self.topic, self.credentials) not in reading.allowed or snapshot is None:
            self.closed = True
            self.changed.set()
        elif snapshot.version != self.version:
            self.snapshot, self.version = snapshot, snapshot.version
            self.changed.set()


class Feed:
    """The listeners of one event loop and the poller that serves them."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.joined = asyncio.Event()
        self.poller: asyncio.Task[None] | None = None

    async def listen(
        self, topic: Topic, credentials: Credentials, version: str | None
    ) -> AsyncIterator[Snapshot]:
        """Yield a snapshot now (unless it is `version`, which the client has) and whenever it changes."""
        listener = Listener(topic, credentials, version)
        self.listeners.add(listener)
        self.joined.set()
        if self.poller is None:
            self.poller = asyncio.create_task(self._poll())
        try:
            while True:
                await listener.changed.wait()
                listener.changed.clear()
                if listener.closed:
                    return
                if listener.snapshot is not None:
                    yield listener.snapshot
                    if listener.snapshot.last:
                        return
        finally:
            self.listeners.discard(listener)
            if not self.listeners and self.poller is not None:
                self.poller.cancel()
                self.poller = None

    async def _poll(self) -> None:
        while True:
            self.joined.clear()
            await self._poll_once()
            try:
                await asyncio.wait_for(self.joined.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

    async def _poll_once(self) -> None:
        listeners = list(self.listeners)
        pairs = {(listener.topic, listener.credentials) for listener in listeners}
        try:
            reading = await run_in_threadpool(read_snapshots, pairs)
        except Exception as error:  # the streams go on with the next poll
            log.warning("events.poll_failed", error=str(error))
            return
        for listener in listeners:
            listener.receive(reading)


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, Feed] = WeakKeyDictionary()


def feed() -> Feed:
    """Return the feed of the running event loop."""
    return _feeds.setdefault(asyncio.get_running_loop(), Feed())
