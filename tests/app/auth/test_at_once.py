"""Sign-ins that come at the same moment: none gets past the throttle, and few are hashed at a time."""

import threading
import time
from functools import partial

import pytest
from fastapi.testclient import TestClient

from app.auth import service, throttle
from app.core import hash_slots, security
from app.core.database import write_session
from app.core.security import hash_password
from tests.app.at_once import at_once

PASSWORD = "correct horse"


class SlowHash:
    """A password hash that takes a while, and knows how many of it ran at once."""

    def __init__(self) -> None:
        self.running, self.most, self.calls = 0, 0, 0
        self._lock = threading.Lock()

    def verify(self, password: str, _stored: str) -> bool:
        with self._lock:
            self.running += 1
            self.calls += 1
            self.most = max(self.most, self.running)
        time.sleep(0.02)
        with self._lock:
            self.running -= 1
        return password == PASSWORD

    def hash(self, _password: str) -> str:
        return "hash"


@pytest.fixture
def slow(anonymous: TestClient, monkeypatch: pytest.MonkeyPatch) -> SlowHash:
    """Return the hash that sign-ins use, on an installation where olga has a password."""
    with write_session() as session:
        service.create_user(session, "olga", hash_password(PASSWORD))
    slow = SlowHash()
    monkeypatch.setattr(security, "_passwords", slow)
    return slow


def attempt(client: TestClient, password: str, name: str = "olga") -> int:
    return client.post("/api/v1/sessions", json={"username": name, "password": password}).status_code


def clients(app: TestClient, count: int, address: str = "192.0.2.1") -> list[TestClient]:
    return [TestClient(app.app, client=(address, 50000 + number)) for number in range(count)]


def test_sixty_guesses_at_once_are_no_more_than_ten(anonymous: TestClient, slow: SlowHash) -> None:
    guesses = [partial(attempt, client, "wrong") for client in clients(anonymous, 60)]
    answers = at_once(guesses)
    assert slow.calls <= 10
    assert set(answers) <= {401, 429, 503}
    assert answers.count(401) == slow.calls
    while (answer := attempt(clients(anonymous, 1)[0], "wrong")) == 401:
        pass
    assert answer == 429
    assert slow.calls == 10, "each guess that was hashed counts, and one that was not does not"


def test_few_passwords_are_hashed_at_a_time_and_the_rest_is_told_to_come_back(
    anonymous: TestClient, slow: SlowHash
) -> None:
    signs_in = [partial(attempt, client, PASSWORD) for client in clients(anonymous, 10)]
    guesses = [
        partial(attempt, TestClient(anonymous.app, client=(f"192.0.2.{number + 10}", 50000)), "wrong")
        for number in range(40)
    ]
    answers = at_once(signs_in + guesses)
    assert slow.most <= hash_slots.RUNNING
    assert set(answers) <= {201, 401, 503}
    assert attempt(clients(anonymous, 1)[0], PASSWORD) == 201, "what was put off is no wrong guess"


def test_too_many_at_once_get_503_and_when_to_come_back(
    anonymous: TestClient, slow: SlowHash, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "slots", hash_slots.Slots(1, 0))
    begun, go_on = threading.Event(), threading.Event()

    def verify(_password: str, _stored: str) -> bool:
        begun.set()
        return go_on.wait(30)

    monkeypatch.setattr(slow, "verify", verify)
    first, second = clients(anonymous, 2)
    waiting = threading.Thread(target=attempt, args=(first, PASSWORD))
    waiting.start()
    try:
        assert begun.wait(30)
        answer = second.post("/api/v1/sessions", json={"username": "olga", "password": PASSWORD})
    finally:
        go_on.set()
        waiting.join()
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0


def test_one_ipv6_client_is_throttled_over_all_its_addresses(anonymous: TestClient, slow: SlowHash) -> None:
    def from_address(address: str) -> TestClient:
        return TestClient(anonymous.app, client=(address, 50000))

    answers = [attempt(from_address(f"2001:db8:1:2::{number:x}"), "wrong") for number in range(1, 14)]
    assert answers == [401] * 10 + [429] * 3
    assert attempt(from_address("2001:db8:1:3::1"), "wrong") == 401


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::FFFF:C000:0207", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("fe80::7%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_who_is_counted(address: str, client: str) -> None:
    assert throttle.client_of(address) == client
