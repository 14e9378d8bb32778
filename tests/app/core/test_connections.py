"""Connections whose clients say nothing, or little, or do not listen."""

import json
import queue
import select
import socket
import threading
import time
from asyncio import TimerHandle
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from typing import ClassVar

import pytest
from fastapi.testclient import TestClient
from PIL import Image as PillowImage
from sqlalchemy import Engine

from app.core.connections import BoundedConnection
from tests.app.images.files import encoded, new_project
from tests.app.live_server import serving

PATIENCE = 20.0
Open = Callable[..., socket.socket]


class Hasty(BoundedConnection):
    """The same with less patience, so that the test is short."""

    most = 5
    header_seconds = 0.5
    body_seconds = 0.5
    body_bytes_per_second = 200
    answer_seconds = 0.5
    gone: ClassVar[threading.Semaphore]

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.gone.release()


class Patient(BoundedConnection):
    """The same with few places, and no limit of time that a test could reach."""

    most = 5
    header_seconds = body_seconds = answer_seconds = 3_600.0


class ByHand(BoundedConnection):
    """The same, judging a body when the test says that its time has passed."""

    body_seconds = 0.5
    body_bytes_per_second = 200
    came: ClassVar[queue.Queue[int]]
    judge: ClassVar[Callable[[Callable[[], None]], object]]

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self.came.put(len(body))

    def _later(self, running: TimerHandle | None, seconds: float, call: Callable[[], None]) -> TimerHandle:
        type(self).judge = lambda then: self.loop.call_soon_threadsafe(lambda: (call(), then()))
        return super()._later(running, 3_600, call)

    @classmethod
    def let_time_pass(cls) -> None:
        judged = threading.Event()
        cls.judge(judged.set)
        assert judged.wait(PATIENCE)


@pytest.fixture
def serve(engine: Engine) -> Iterator[Callable[[type[BoundedConnection]], Open]]:
    """Return a function that serves over such connections, and returns one that opens one and speaks."""
    with ExitStack() as stack:

        def start(connections: type[BoundedConnection]) -> Open:
            port = stack.enter_context(serving(connections))

            def opened(say: bytes = b"") -> socket.socket:
                made = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
                stack.enter_context(closing(made))
                made.sendall(say)
                return made

            return opened

        yield start


@pytest.fixture
def connect(serve: Callable[[type[BoundedConnection]], Open]) -> Open:
    """Return a function that opens a connection of little patience and says something."""
    Hasty.gone = threading.Semaphore(0)
    return serve(Hasty)


def heard(connection: socket.socket) -> bytes:
    """Return what comes until the other end closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def closed_among(connections: list[socket.socket]) -> list[socket.socket]:
    """Return those that the other end has closed, once there are any; nothing is read from them."""
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLRDHUP)
    found = {number for number, _ in poll.poll(PATIENCE * 1_000)}
    return [connection for connection in connections if connection.fileno() in found]


def speak(connection: socket.socket, say: bytes) -> socket.socket:
    """Return the connection, on which that has been said."""
    connection.sendall(say)
    return connection


def request(path: str, *headers: str, method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode()


@pytest.mark.parametrize("said", [b"", b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n"])
def test_a_connection_without_whole_headers_is_closed(connect: Open, said: bytes) -> None:
    assert heard(connect(said)).startswith(b"HTTP/1.1 408 ")


def test_headers_that_trickle_are_no_better_also_behind_a_whole_request(connect: Open) -> None:
    connection = connect(request("/live"))
    answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 ")
    sent, whole = 0, request("/live", "X-Long: " + "x" * 1000)
    with suppress(BrokenPipeError, ConnectionResetError):
        for byte in whole:
            connection.sendall(bytes([byte]))
            sent += 1
            time.sleep(0.05)
    assert sent < len(whole)


@pytest.fixture
def posted(client: TestClient) -> tuple[bytes, bytes]:
    """Return the head and the body, of 1,000 bytes, of a request that makes a project."""
    body = json.dumps({"name": "x" * 60, "categories": []}).encode().ljust(1_000)
    token = f"Authorization: {client.headers['authorization']}"
    headers = (token, "Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close")
    return request("/api/v1/projects", *headers, method="POST"), body


def test_a_body_that_stops_coming_is_cut(connect: Open, posted: tuple[bytes, bytes]) -> None:
    head, body = posted
    assert heard(connect(head + body[:10])).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("sizes", "status"), [([100] * 10, b"201 Created"), ([100] * 8 + [99], b"408 Request Timeout")]
)
def test_a_body_at_the_rate_is_taken_and_one_below_it_is_cut_at_any_time(
    serve: Callable[[type[BoundedConnection]], Open],
    posted: tuple[bytes, bytes],
    sizes: list[int],
    status: bytes,
) -> None:
    ByHand.came = queue.Queue()
    connect, (head, rest) = serve(ByHand), posted
    connection = connect(head)
    for size in sizes:
        part, rest = rest[:size], rest[size:]
        connection.sendall(part)
        while part := part[ByHand.came.get(timeout=PATIENCE) :]:
            pass
        ByHand.let_time_pass()
    assert heard(connection).startswith(b"HTTP/1.1 " + status)


def test_an_event_stream_lasts_longer_than_any_limit(connect: Open, client: TestClient) -> None:
    project, token = new_project(client), client.headers["authorization"]
    stream = connect(request(f"/api/v1/projects/{project}/events", f"Authorization: {token}"))
    time.sleep(4 * Hasty.header_seconds)
    answer = b""
    while b"data:" not in answer:
        answer += stream.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 ")
    stream.settimeout(1)
    with suppress(TimeoutError):
        while part := stream.recv(65536):
            answer += part
        pytest.fail("the stream was closed")


def test_a_client_that_takes_nothing_of_its_answer_is_cut(connect: Open, client: TestClient) -> None:
    project, token = new_project(client), client.headers["authorization"]
    large = encoded(PillowImage.effect_noise((3_000, 2_000), 200))
    files = [("files", ("large.png", large, "image/png"))]
    client.post(f"/api/v1/projects/{project}/images", files=files)
    image = client.get(f"/api/v1/projects/{project}/images").json()["items"][0]["id"]
    asked = request(f"/api/v1/images/{image}/content", f"Authorization: {token}")
    connection = connect(asked * 4)
    assert Hasty.gone.acquire(timeout=PATIENCE)
    assert len(heard(connection)) < 4 * len(large)


def test_idle_connections_make_room_and_busy_ones_do_not(
    serve: Callable[[type[BoundedConnection]], Open], client: TestClient
) -> None:
    connect = serve(Patient)
    project, token = new_project(client), client.headers["authorization"]
    once = request("/live", "Connection: close")
    idle = [connect() for _ in range(Patient.most)]
    assert heard(connect(once)).startswith(b"HTTP/1.1 200 ")
    (closed,) = closed_among(idle)
    assert heard(closed) == b"", "it made room"
    assert [heard(speak(each, once))[:13] for each in idle if each is not closed] == [b"HTTP/1.1 200 "] * 4
    asked, streams = request(f"/api/v1/projects/{project}/events", f"Authorization: {token}"), []
    for _ in range(Patient.most):
        streams.append(connect(asked))
        assert streams[-1].recv(20).startswith(b"HTTP/1.1 200 ")
    assert heard(connect()).startswith(b"HTTP/1.1 503 ")
    streams[0].close()
    deadline = time.monotonic() + PATIENCE
    while not connect(once).recv(20).startswith(b"HTTP/1.1 200 "):
        assert time.monotonic() < deadline
        time.sleep(0.1)
