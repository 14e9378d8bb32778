"""Passwords, sessions and where they may be used from (hazards T17, T18, T28, T29, T30)."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.auth import service
from app.core.database import now, write_session
from app.core.models import BrowserSession
from app.core.security import hash_password
from app.deps import SESSION_COOKIE

ORIGIN = {"Origin": "http://testserver"}
PASSWORD = "correct horse"


@pytest.fixture
def olga(anonymous: TestClient) -> TestClient:
    """Return a client that is not signed in, on an installation where olga has a password."""
    with write_session() as session:
        service.create_user(session, "olga", hash_password(PASSWORD))
    return anonymous


def try_password(client: TestClient, password: str, name: str = "olga") -> int:
    return client.post("/api/v1/sessions", json={"username": name, "password": password}).status_code


def test_signs_in_and_out(olga: TestClient) -> None:
    answer = olga.post("/api/v1/sessions", json={"username": "olga", "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["name"] == "olga"
    assert "password_hash" not in answer.text
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert olga.get("/api/v1/me").json()["name"] == "olga"
    stolen = olga.cookies[SESSION_COOKIE]
    left = olga.delete("/api/v1/sessions", headers=ORIGIN)
    assert (left.status_code, left.headers["clear-site-data"]) == (204, '"cache"')
    assert SESSION_COOKIE not in olga.cookies
    assert olga.get("/api/v1/me", headers={"Cookie": f"{SESSION_COOKIE}={stolen}"}).status_code == 401


def test_the_cookie_is_secure_where_the_installation_says_so(
    olga: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.core.config import get_settings  # noqa: PLC0415  (cleared below, so looked up late)

    monkeypatch.setenv("EIGENLABEL_SECURE_COOKIES", "true")
    get_settings.cache_clear()
    answer = olga.post("/api/v1/sessions", json={"username": "olga", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("name", ["olga", "nobody", "", "x" * 200])
def test_a_wrong_name_and_a_wrong_password_look_the_same(olga: TestClient, name: str) -> None:
    answer = olga.post("/api/v1/sessions", json={"username": name, "password": "wrong"})
    assert (answer.status_code, answer.json()["detail"]) == (401, "The name or the password is wrong.")


@pytest.mark.parametrize("password", ["", "admin", "password", "eigenlabel", "changeme"])
def test_a_new_installation_has_no_password_to_guess(anonymous: TestClient, password: str) -> None:
    with write_session() as session:
        service.ensure_admin(session)
    assert try_password(anonymous, password, "admin") == 401


def test_fifty_wrong_passwords_end_in_429_and_the_owner_gets_in_elsewhere(olga: TestClient) -> None:
    answers = [try_password(olga, f"guess {number}") for number in range(50)]
    assert answers == [401] * 10 + [429] * 40
    assert try_password(olga, PASSWORD) == 429, "a right guess must not stand out while throttled"
    elsewhere = TestClient(olga.app, client=("192.0.2.7", 50000))
    assert try_password(elsewhere, PASSWORD) == 201


def test_one_address_cannot_try_many_names(olga: TestClient) -> None:
    answers = [try_password(olga, "wrong", f"user {number}") for number in range(61)]
    assert answers == [401] * 60 + [429]


def test_right_passwords_are_not_throttled(olga: TestClient) -> None:
    assert {try_password(olga, PASSWORD) for _ in range(12)} == {201}


@pytest.mark.parametrize(("role", "active"), [("admin", None), (None, False)])
def test_a_changed_user_is_signed_out_at_once(
    olga: TestClient, role: str | None, active: bool | None
) -> None:
    assert try_password(olga, PASSWORD) == 201
    with write_session() as session:
        service.change_user(session, service.find_user(session, "olga"), role, active, by="")
    assert olga.get("/api/v1/me").status_code == 401
    assert try_password(olga, PASSWORD) == (401 if active is False else 201)


def test_a_session_ends_by_itself(olga: TestClient) -> None:
    try_password(olga, PASSWORD)
    with write_session() as session:
        session.execute(update(BrowserSession).values(expires_at=now() - timedelta(seconds=1)))
    assert olga.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
    ],
)
def test_a_cookie_works_only_from_this_site(olga: TestClient, headers: dict[str, str]) -> None:
    try_password(olga, PASSWORD)
    assert olga.post("/api/v1/tokens", json={"name": "t"}, headers=headers).status_code == 403
    assert olga.get("/api/v1/tokens").json()["items"] == []
    assert olga.post("/api/v1/tokens", json={"name": "t"}, headers=ORIGIN).status_code == 201


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_site_cannot_send_json(olga: TestClient, content_type: str) -> None:
    try_password(olga, PASSWORD)
    headers = ORIGIN | {"Content-Type": content_type}
    answer = olga.post("/api/v1/tokens", content=b'{"name": "t"}', headers=headers)
    assert answer.status_code == 415


def test_a_foreign_page_cannot_sign_anybody_in(olga: TestClient) -> None:
    body = {"username": "olga", "password": PASSWORD}
    answer = olga.post("/api/v1/sessions", json=body, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_an_unknown_user_costs_as_much_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    def verify(_password: str, stored: str) -> bool:
        verified.append(stored)
        return True

    service.check_password(None, "warm")
    monkeypatch.setattr(service, "verify_password", verify)
    assert not service.check_password(None, PASSWORD)
    assert len(verified) == 1
    assert verified[0].startswith("$argon2")
