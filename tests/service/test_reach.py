"""`eigenlabel serve` on every address of the machine, below a root path, with names and places of its own."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest

from tests.service.service import Service, wait_until

ALLOWED = "labels.example"
PLACES = 10


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = {
        "EIGENLABEL_ALLOWED_HOSTS": ALLOWED,
        "EIGENLABEL_ROOT_PATH": "/labels",
        "EIGENLABEL_MAX_CONNECTIONS": str(PLACES),
        "HTTP_PROXY": "http://127.0.0.1:9",  # nobody listens there: it is no way to oneself
        "http_proxy": "http://127.0.0.1:9",
        "no_proxy": "",
    }
    folder = tmp_path_factory.mktemp("reach")
    service = Service(folder / "data", folder, settings=settings)
    service.start("--host", "0.0.0.0")
    yield service
    service.stop()


def test_the_sign_in_link_appears_and_has_the_port_that_was_asked_for(reached: Service) -> None:
    wait_until(lambda: "/sign-in/" in reached.log.read_text(), 30, reached.log)
    link = rf"http://{ALLOWED}:{reached.port}/labels/sign-in/(\S+)"
    shown = re.search(link, reached.log.read_text())
    assert shown, reached.log.read_text()
    again = re.fullmatch(link, reached.run("sign-in-link", "admin"))
    assert again
    for found in (shown, again):
        path = f"{reached.url}/labels/api/v1/sign-in-links/{found[1]}"
        assert httpx.get(path, headers={"Host": f"{ALLOWED}:{reached.port}"}).json()["name"] == "admin"
    assert httpx.get(f"{reached.url}/live", headers={"Host": "evil.example"}).status_code == 400


def test_it_has_as_many_places_for_connections_as_its_setting_says(reached: Service) -> None:
    with reached.client() as client:
        project = client.post("/projects", json={"name": "p", "categories": []}).json()["id"]
    address = f"/labels/api/v1/projects/{project}/events"
    ask = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {reached.token}\r\n\r\n"
    with ExitStack() as stack:

        def answer() -> bytes:
            made = stack.enter_context(closing(socket.create_connection(("127.0.0.1", reached.port), 20)))
            made.sendall(ask.encode())
            return made.recv(12)

        assert [answer() for _ in range(PLACES + 2)] == [b"HTTP/1.1 200"] * PLACES + [b"HTTP/1.1 503"] * 2
    assert httpx.get(f"{reached.url}/live").status_code == 200, "places are given back"
