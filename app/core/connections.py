"""HTTP connections that do not stay for ever: bounds on how many there are, and on how slow their clients.

uvicorn closes idle connections after an answer only. Answers have no time limit: event streams last.
"""

import resource
from asyncio import TimerHandle
from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SPARE_FILES = 1_000
REFUSAL = (
    b"HTTP/1.1 %s\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 0\r\n"
    b"%sconnection: close\r\n\r\n"
)
log = structlog.get_logger()


class BoundedConnection(HttpToolsProtocol):
    """One connection. It is closed where its client is too slow, or idle while others have no place."""

    most: ClassVar[int] = 2_000
    header_seconds: ClassVar[float] = 10.0
    """From the first byte of a request, or the connection's beginning, to the end of the headers."""
    body_seconds: ClassVar[float] = 20.0
    body_bytes_per_second: ClassVar[int] = 500
    """What a body has to bring in every `body_seconds`, as long as the application reads it."""
    answer_seconds: ClassVar[float] = 60.0
    """How long a client may take nothing of an answer that is ready for it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._headers_timer: TimerHandle | None = None
        self._body_timer: TimerHandle | None = None
        self._answer_timer: TimerHandle | None = None
        self._received = 0

    def connection_made(self, transport: Any) -> None:
        """Begin, in place of an idle connection where all places are taken; refuse where none is idle."""
        super().connection_made(transport)
        if len(self.connections) > self.most and not self._close_an_idle_one():
            self._refuse(b"503 Service Unavailable", b"retry-after: 5\r\n")
            return
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers."""
        for timer in (self._headers_timer, self._body_timer, self._answer_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Expect the headers of a request soon after its first byte."""
        super().on_message_begin()
        self._expect_headers()

    def on_headers_complete(self) -> None:
        """Expect the body to come at a rate."""
        if self._headers_timer is not None:
            self._headers_timer.cancel()
            self._headers_timer = None
        super().on_headers_complete()
        self._received = 0
        self._body_timer = self._later(self._body_timer, self.body_seconds, self._judge_body)

    def on_body(self, body: bytes) -> None:
        """Count what has come."""
        self._received += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect nothing more."""
        if self._body_timer is not None:
            self._body_timer.cancel()
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Expect the client to take what it has asked for."""
        super().pause_writing()
        self._answer_timer = self._later(self._answer_timer, self.answer_seconds, self._give_up_answer)

    def resume_writing(self) -> None:
        """Go on."""
        if self._answer_timer is not None:
            self._answer_timer.cancel()
        super().resume_writing()

    @property
    def idle(self) -> bool:
        """Return whether no request of this connection is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _later(self, running: TimerHandle | None, seconds: float, call: Callable[[], None]) -> TimerHandle:
        if running is not None:
            running.cancel()
        return self.loop.call_later(seconds, call)

    def _expect_headers(self) -> None:
        if self._headers_timer is None:
            self._headers_timer = self.loop.call_later(self.header_seconds, self._give_up_headers)

    def _give_up_headers(self) -> None:
        if self.idle:
            self._refuse(b"408 Request Timeout", b"")
        elif not self.transport.is_closing():
            self.transport.close()  # half a request behind one that is being answered

    def _judge_body(self) -> None:
        unread = self.flow.read_paused or self.cycle.waiting_for_100_continue  # it waits for us
        if not unread and self._received < self.body_bytes_per_second * self.body_seconds:
            log.info("connection.slow_body", received=self._received)
            self.transport.close() if self.cycle.response_started else self._refuse(
                b"408 Request Timeout", b""
            )
            return
        self._received = 0
        self._body_timer = self._later(None, self.body_seconds, self._judge_body)

    def _give_up_answer(self) -> None:
        log.info("connection.slow_answer")
        self.transport.abort()

    def _close_an_idle_one(self) -> bool:
        others = (each for each in self.connections if isinstance(each, BoundedConnection))
        for connection in others:
            if connection is not self and connection.idle and not connection.transport.is_closing():
                connection.transport.close()
                return True
        return False

    def _refuse(self, status: bytes, headers: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(REFUSAL % (status, headers))
            self.transport.close()


def connections_of(most: int) -> type[BoundedConnection]:
    """Return the protocol for at most `most` connections; this process may then open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))
    return type("BoundedConnection", (BoundedConnection,), {"most": most})
