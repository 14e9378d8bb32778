"""Who may read `/metrics`: this machine, or whoever has the token."""

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app.core.config import Settings
from app.main import create_app
from tests.app.metrics.scrape import LOCAL
from tests.conftest import clear_process_state

TOKEN = "a-token-for-prometheus-alone"


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("not an address", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 403),
        ("127.0.0.1", {"Host": "evil.example"}, 400),
    ],
)
def test_without_a_token_only_this_machine_reads(
    anonymous: TestClient, peer: str, headers: dict[str, str], status: int
) -> None:
    answer = TestClient(anonymous.app, client=(peer, 50_000)).get("/metrics", headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "EIGENLABEL_METRICS_TOKEN" in answer.json()["detail"]


def test_with_a_token_it_is_asked_of_everybody_and_any_host_name_will_do(
    anonymous: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_METRICS_TOKEN", TOKEN)
    clear_process_state()
    client = TestClient(create_app(), client=LOCAL)
    for sent in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"):
        refused = client.get("/metrics", headers={"Authorization": sent.encode()})
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": "10.0.0.7:8400"}
    assert client.get("/metrics", headers=headers).status_code == 200
    assert client.get("/live", headers={"Host": "10.0.0.7:8400"}).status_code == 400


def test_the_token_is_no_users(anonymous: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EIGENLABEL_METRICS_TOKEN", TOKEN)
    clear_process_state()
    answer = TestClient(create_app()).get("/api/v1/me", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 401


def test_a_short_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EIGENLABEL_METRICS_TOKEN", "short-secret")
    with pytest.raises(ValidationError, match="at least 16 characters") as refused:
        Settings()
    assert "short-secret" not in str(refused.value)
