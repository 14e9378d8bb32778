"""What a proxy says of a request: believed from trusted ones only, for throttling, cookies and origins."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from app.core.config import get_settings
from app.core.database import write_session
from app.core.models import User
from app.core.security import hash_password
from app.main import create_app

PROXY, STRANGER = "10.0.0.5", "203.0.113.9"
PASSWORD = "correct horse"
HOST = {"Host": "labels.example"}
SIGN_IN = {"username": "olga", "password": PASSWORD}


@pytest.fixture
def behind(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TestClient]:
    """Return a function that returns a client of the service at an address; 10.0.0.0/8 is trusted."""
    monkeypatch.setenv("EIGENLABEL_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
    monkeypatch.setenv("EIGENLABEL_ALLOWED_HOSTS", "labels.example,testserver")
    with write_session() as session:
        session.add(User(name="olga", password_hash=hash_password(PASSWORD)))

    def make(peer: str = PROXY, **settings: str) -> TestClient:
        for name, value in settings.items():
            monkeypatch.setenv(f"EIGENLABEL_{name}", value)
        get_settings.cache_clear()
        return TestClient(create_app(), client=(peer, 5000), headers=HOST)

    return make


def guess(client: TestClient, forwarded: str) -> int:
    body = {"username": "olga", "password": "wrong"}
    return client.post("/api/v1/sessions", json=body, headers={"X-Forwarded-For": forwarded}).status_code


@pytest.mark.parametrize("peer", [PROXY, "::ffff:10.0.0.5", "::1"])
def test_each_client_behind_a_proxy_is_throttled_alone(behind: Callable[..., TestClient], peer: str) -> None:
    client = behind(peer)
    assert [guess(client, "198.51.100.1") for _ in range(11)] == [401] * 10 + [429]
    assert guess(client, "198.51.100.2") == 401
    assert client.post(
        "/api/v1/sessions", json=SIGN_IN, headers={"X-Forwarded-For": "198.51.100.3"}
    ).is_success


def test_a_client_cannot_choose_its_address(behind: Callable[..., TestClient]) -> None:
    through = behind()
    forged = [guess(through, f"192.0.2.{number}, 198.51.100.1, 10.1.2.3") for number in range(11)]
    assert forged == [401] * 10 + [429], "the right-most address that is no proxy counts"
    direct = behind(STRANGER)
    assert [guess(direct, f"192.0.2.{number}") for number in range(11)] == [401] * 10 + [429]


def test_an_address_counts_as_one_however_it_is_written(behind: Callable[..., TestClient]) -> None:
    through = behind()
    ways = ["198.51.100.1", "::ffff:198.51.100.1", "::FFFF:c633:6401", "[::ffff:198.51.100.1]:4711"]
    passed_on = [f"192.0.2.{number}, {ways[number % 4]}, ::ffff:10.1.2.3" for number in range(11)]
    assert [guess(through, each) for each in passed_on] == [401] * 10 + [429]
    assert guess(through, "198.51.100.2, ::ffff:10.1.2.3") == 401, "a proxy is one either way"


@pytest.mark.parametrize("written", ["::ffff:10.0.0.5", "::ffff:10.0.0.0/104"])
def test_a_trusted_proxy_may_be_named_in_either_form(behind: Callable[..., TestClient], written: str) -> None:
    client = behind(PROXY, TRUSTED_PROXIES=written)
    answer = client.post("/api/v1/sessions", json=SIGN_IN, headers={"X-Forwarded-Proto": "https"})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("peer", "headers", "settings", "secure"),
    [
        (PROXY, {"X-Forwarded-Proto": "https"}, {}, True),
        (PROXY, {"X-Forwarded-Proto": "http"}, {}, False),
        (PROXY, {}, {}, False),
        (STRANGER, {"X-Forwarded-Proto": "https"}, {}, False),
        (STRANGER, {}, {"PUBLIC_URL": "https://labels.example"}, True),
        (STRANGER, {"Host": "testserver"}, {"PUBLIC_URL": "https://labels.example"}, False),
        (STRANGER, {}, {"SECURE_COOKIES": "true"}, True),
    ],
)
def test_the_cookie_is_secure_where_the_browser_speaks_https(
    behind: Callable[..., TestClient],
    peer: str,
    headers: dict[str, str],
    settings: dict[str, str],
    secure: bool,
) -> None:
    answer = behind(peer, **settings).post("/api/v1/sessions", json=SIGN_IN, headers=headers)
    assert answer.status_code == 201
    assert ("; secure" in answer.headers["set-cookie"].lower()) == secure


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://labels.example"}, 201),
        ({"Origin": "http://labels.example:8080"}, 201),  # nginx's $host drops the port
        ({"Origin": "http://labels.example", "Host": "labels.example:80"}, 201),
        ({"Origin": "http://labels.example:8080", "Host": "labels.example:8080"}, 201),
        ({"Origin": "http://labels.example:9090", "Host": "labels.example:8080"}, 403),
        ({"Origin": "http://labels.example:8080", "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://labels.example:9090", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://labels.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://labels.example", "X-Forwarded-Proto": "https"}, 201),
        ({"Origin": "http://labels.example", "X-Forwarded-Proto": "https"}, 403),
        (
            {"Origin": "https://a.example", "Host": "127.0.0.1:8400", "X-Forwarded-Host": "labels.example"},
            403,
        ),
        (
            {
                "Origin": "https://labels.example",
                "Host": "127.0.0.1:8400",
                "X-Forwarded-Host": "evil.example, labels.example",
            },
            201,
        ),
        ({"Origin": "http://labels.example.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "javascript://labels.example"}, 403),
    ],
)
def test_a_page_signs_in_through_a_proxy_and_a_foreign_one_does_not(
    behind: Callable[..., TestClient], headers: dict[str, str], status: int
) -> None:
    assert behind().post("/api/v1/sessions", json=SIGN_IN, headers=headers).status_code == status


def test_a_proxy_that_hides_the_host_needs_the_public_url(behind: Callable[..., TestClient]) -> None:
    headers = {"Origin": "http://labels.example:8080", "Host": "127.0.0.1:8400"}
    refused = behind().post("/api/v1/sessions", json=SIGN_IN, headers=headers)
    assert refused.status_code == 403
    assert "EIGENLABEL_PUBLIC_URL" in refused.json()["detail"]
    told = behind(PUBLIC_URL="http://labels.example:8080")
    assert told.post("/api/v1/sessions", json=SIGN_IN, headers=headers).status_code == 201


def test_a_forwarded_host_is_held_against_the_allowed_ones(behind: Callable[..., TestClient]) -> None:
    answer = behind().get("/live", headers={"X-Forwarded-Host": "evil.example"})
    assert (answer.status_code, "evil.example" in answer.text) == (400, True)
    assert behind(STRANGER).get("/live", headers={"X-Forwarded-Host": "evil.example"}).status_code == 200


def test_redirects_know_nothing_of_the_proxy(behind: Callable[..., TestClient]) -> None:
    moved = behind().get("/api/v1/me/", headers={"X-Forwarded-Proto": "https"}, follow_redirects=False)
    assert moved.headers["location"] == "/api/v1/me"
