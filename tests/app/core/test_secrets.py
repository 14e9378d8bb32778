"""Secrets stay out of logs and error answers (hazard T27)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.auth import service
from app.core.config import get_settings
from app.core.database import read_connection, write_session
from app.core.problems import Problem
from app.core.queue import notify
from app.core.security import token_hash
from app.main import create_app
from tests.conftest import clear_process_state
from tests.servers.ports import free_port

SECRET = "planted-secret-0123456789"


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return a function that returns everything logged or printed so far."""

    def read() -> str:
        captured = capfd.readouterr()
        return captured.out + captured.err + caplog.text

    return read


def test_a_request_with_secrets_leaves_none_behind(anonymous: TestClient, said: Callable[[], str]) -> None:
    with write_session() as session:
        service.ensure_admin(session)
        link = service.make_sign_in_link(session, "admin").replace("/sign-in/", "/api/v1/sign-in-links/")
    answers = [
        anonymous.post("/api/v1/sessions", json={"username": "admin", "password": SECRET}),
        anonymous.post("/api/v1/sessions", json={"username": SECRET, "password": [SECRET]}),
        anonymous.post(
            "/api/v1/sessions",
            content=f'{{"password": "{SECRET}"',
            headers={"Content-Type": "application/json"},
        ),
        anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {SECRET}"}),
        anonymous.get("/api/v1/me", headers={"Cookie": f"eigenlabel_session={SECRET}"}),
        anonymous.post(f"/api/v1/sign-in-links/{SECRET}", json={"password": SECRET}),
        anonymous.post(link, json={"password": SECRET}),
    ]
    assert [answer.status_code for answer in answers] == [401, 422, 422, 401, 401, 404, 201]
    cookie = anonymous.cookies["eigenlabel_session"]
    everything = said() + "".join(answer.text for answer in answers)
    for secret in (SECRET, link.rsplit("/", 1)[1], cookie, token_hash(SECRET), token_hash(cookie)):
        assert secret not in everything


def test_servers_that_are_away_leave_no_password_behind(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]
) -> None:
    port = free_port()
    monkeypatch.setenv("EIGENLABEL_DATABASE_URL", f"postgresql://eigenlabel:{SECRET}@127.0.0.1:{port}/e")
    monkeypatch.setenv("EIGENLABEL_BROKER_URL", f"redis://:{SECRET}@127.0.0.1:{port}/0")
    clear_process_state()
    client = TestClient(create_app(), raise_server_exceptions=False, client=("127.0.0.1", 5))
    answers = [
        client.get("/ready"),
        client.get("/metrics"),
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {SECRET}"}),
    ]
    assert [answer.status_code for answer in answers] == [503, 200, 503]
    notify("job", "gpu")
    told = said()
    for event in ("ready.failed", "metrics.unreadable", "database.unavailable", "queue.unreachable"):
        assert event in told
    assert SECRET not in told + "".join(answer.text for answer in answers)


def test_the_metrics_token_is_never_told(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]
) -> None:
    monkeypatch.setenv("EIGENLABEL_METRICS_TOKEN", SECRET)
    clear_process_state()
    client = TestClient(create_app())
    wrong = f"{SECRET[:-1]}x"
    refused = client.get(f"/metrics?token={SECRET}", headers={"Authorization": f"Bearer {wrong}"})
    given = client.get("/metrics", headers={"Authorization": f"Bearer {SECRET}"})
    assert (refused.status_code, given.status_code) == (401, 200)
    told = said()
    assert '"route": "/metrics"' in told
    for secret in (SECRET, wrong):
        assert secret not in told + refused.text + given.text
    assert SECRET not in repr(get_settings())


def test_a_failing_statement_does_not_show_its_parameters(anonymous: TestClient) -> None:
    with (
        pytest.raises(Exception, match=r"no such table|does not exist") as failed,
        read_connection() as connection,
    ):
        connection.execute(text("SELECT * FROM missing WHERE secret = :secret"), {"secret": SECRET})
    assert SECRET not in str(failed.value)


def test_an_unexpected_error_says_nothing_of_the_inside(
    anonymous: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(service, "find_link_user", fail)
    careful = TestClient(anonymous.app, raise_server_exceptions=False)
    answer = careful.get("/api/v1/sign-in-links/x")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert SECRET not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("error", "status"), [(28, 507), (5, 500)])
def test_a_full_disk_has_its_own_answer(
    anonymous: TestClient, monkeypatch: pytest.MonkeyPatch, error: int, status: int
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(error, "disk")

    monkeypatch.setattr(service, "find_link_user", fail)
    careful = TestClient(anonymous.app, raise_server_exceptions=False)
    assert careful.get("/api/v1/sign-in-links/x").status_code == status


def test_a_problem_names_its_field(anonymous: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise Problem(409, "Taken.", field="name", headers={"Retry-After": "1"}, other=7)

    monkeypatch.setattr(service, "find_link_user", fail)
    answer = anonymous.get("/api/v1/sign-in-links/x")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "Taken.",
        "errors": [{"field": "name", "reason": "Taken."}],
        "request_id": answer.headers["x-request-id"],
        "other": 7,
    }
    assert answer.headers["retry-after"] == "1"
