"""Foreign host names are refused, and the refusal says what would allow them."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from app.core.config import get_settings
from app.main import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def strict(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a client of a service that is told of one name."""
    monkeypatch.setenv("EIGENLABEL_ALLOWED_HOSTS", "labels.example")
    get_settings.cache_clear()
    return TestClient(create_app())


@pytest.mark.parametrize(
    "host", ["localhost:8400", "127.0.0.1", "127.0.0.2:1", "[::1]:8400", "LABELS.example"]
)
def test_this_machine_and_what_is_named_are_always_served(strict: TestClient, host: str) -> None:
    assert strict.get("/ready", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "value"),
    [("box.lan:8400", "labels.example,box.lan"), ("192.168.1.20", "labels.example,192.168.1.20")],
)
def test_the_refusal_says_which_setting_and_value(strict: TestClient, host: str, value: str) -> None:
    page = strict.get("/", headers=BROWSER | {"Host": host})
    assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert f"EIGENLABEL_ALLOWED_HOSTS={value} " in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    problem = strict.get("/api/v1/me", headers={"Host": host})
    assert (problem.status_code, problem.headers["content-type"]) == (400, "application/problem+json")
    assert f"EIGENLABEL_ALLOWED_HOSTS={value} " in problem.json()["detail"]


def test_the_value_that_it_says_is_the_right_one(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EIGENLABEL_ALLOWED_HOSTS", "labels.example,192.168.1.20")
    get_settings.cache_clear()
    client = TestClient(create_app())
    assert client.get("/live", headers={"Host": "192.168.1.20:8400"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["<script>alert(1)</script>", "a b", "", "127.0.0.1.evil.example", "localhost.evil"]
)
def test_what_is_no_name_is_not_repeated(strict: TestClient, host: str) -> None:
    page = strict.get("/", headers=BROWSER | {"Host": host})
    assert page.status_code == 400
    assert "<script" not in page.text


def test_the_host_of_the_public_url_is_served(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EIGENLABEL_ALLOWED_HOSTS")
    monkeypatch.setenv("EIGENLABEL_PUBLIC_URL", "https://Tools.example:8443/labels")
    get_settings.cache_clear()
    client = TestClient(create_app())
    assert client.get("/labels/live", headers={"Host": "tools.example:8443"}).status_code == 200
    assert client.get("/labels/live", headers={"Host": "labels.example"}).status_code == 400
