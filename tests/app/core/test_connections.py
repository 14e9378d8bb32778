"""Connections whose clients say nothing, or little, or do not listen."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress

import pytest
from fastapi.testclient import TestClient
from PIL import Image as PillowImage
from sqlalchemy import Engine

from app.core.connections import BoundedConnection, connections_of
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


@pytest.fixture
def port(engine: Engine) -> Iterator[int]:
    with serving(Hasty) as port:
        yield port


@pytest.fixture
def connect(port: int) -> Iterator[Open]:
    """Return a function that opens a connection and says something."""
    with ExitStack() as stack:

        def opened(say: bytes = b"") -> socket.socket:
            made = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            stack.enter_context(closing(made))
            made.sendall(say)
            return made

        yield opened


def heard(connection: socket.socket) -> bytes:
    """Return what comes until the other end closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


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


def test_a_body_that_trickles_is_cut_and_one_that_comes_slowly_is_not(
    connect: Open, client: TestClient
) -> None:
    token = client.headers["authorization"]
    body = json.dumps({"name": "x" * 60, "categories": []}).encode().ljust(1_000)
    headers = (f"Authorization: {token}", "Content-Type: application/json", f"Content-Length: {len(body)}")
    head = request("/api/v1/projects", *headers, "Connection: close", method="POST")
    assert heard(connect(head + body[:10])).startswith(b"HTTP/1.1 408 ")
    slow = connect(head)
    for start in range(0, len(body), 100):  # twice the rate, for longer than the limit looks back
        slow.sendall(body[start : start + 100])
        time.sleep(0.1)
    assert heard(slow).startswith(b"HTTP/1.1 201 ")


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
    time.sleep(6 * Hasty.answer_seconds)
    assert len(heard(connection)) < 4 * len(large)


def test_idle_connections_make_room_and_busy_ones_do_not(connect: Open, client: TestClient) -> None:
    project, token = new_project(client), client.headers["authorization"]
    idle = [connect() for _ in range(Hasty.most)]
    assert connect(request("/live", "Connection: close")).recv(20).startswith(b"HTTP/1.1 200 ")
    for connection in idle:
        heard(connection)
    asked = request(f"/api/v1/projects/{project}/events", f"Authorization: {token}")
    streams = [connect(asked) for _ in range(Hasty.most)]
    for stream in streams:
        assert stream.recv(20).startswith(b"HTTP/1.1 200 ")
    assert heard(connect()).startswith(b"HTTP/1.1 503 ")
    streams[0].close()
    deadline = time.monotonic() + PATIENCE
    while not connect(request("/live", "Connection: close")).recv(20).startswith(b"HTTP/1.1 200 "):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_service_is_started_with_limits() -> None:
    assert connections_of(50).most == 50
    assert BoundedConnection.most >= 1_000
