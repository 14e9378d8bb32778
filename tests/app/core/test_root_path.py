"""The API below a root path, whether or not a proxy takes it off."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import Engine

from app.core.config import Settings, get_settings
from app.core.database import write_session
from app.core.models import User
from app.core.security import hash_password
from app.main import create_app

ROOT = "/labels"
PASSWORD = "correct horse"


@pytest.fixture(params=["kept", "stripped"])
def ask(
    request: pytest.FixtureRequest, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], str]:
    """Return what a proxy makes of the path that a browser asks for."""
    monkeypatch.setenv("EIGENLABEL_ROOT_PATH", f"{ROOT}/")
    get_settings.cache_clear()
    return (lambda path: ROOT + path) if request.param == "kept" else (lambda path: path)


def test_every_part_of_the_service_answers_below_it(ask: Callable[[str], str]) -> None:
    client = TestClient(create_app(), client=("127.0.0.1", 5000))
    assert client.get(ask("/live")).json() == {"status": "live"}
    assert client.get(ask("/ready")).status_code == 200
    assert client.get(ask("/metrics")).status_code == 200
    assert client.get(ask("/api/v1/me")).status_code == 401
    assert client.get(ask("/api/v1/nothing")).status_code == 404
    assert client.get(ask("/api/openapi.json")).json()["servers"] == [{"url": ROOT}]


def test_the_session_stays_below_it(ask: Callable[[str], str]) -> None:
    with write_session() as session:
        session.add(User(name="olga", password_hash=hash_password(PASSWORD)))
    client = TestClient(create_app())
    signed_in = client.post(ask("/api/v1/sessions"), json={"username": "olga", "password": PASSWORD})
    assert "; Path=/labels;" in signed_in.headers["set-cookie"]
    cookie = {"Cookie": signed_in.headers["set-cookie"].partition(";")[0], "Origin": "http://testserver"}
    client.cookies.clear()
    assert client.get(ask("/api/v1/me"), headers=cookie).json()["name"] == "olga"
    signed_out = client.delete(ask("/api/v1/sessions"), headers=cookie)
    assert "; Path=/labels;" in signed_out.headers["set-cookie"]


def test_redirects_and_links_lead_below_it(
    ask: Callable[[str], str], sign_in: Callable[..., TestClient]
) -> None:
    admin = sign_in("ada", role="admin")
    moved = admin.get(ask("/api/v1/projects/?limit=1"), follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (307, f"{ROOT}/api/v1/projects?limit=1")
    made = admin.post(ask("/api/v1/users"), json={"name": "otto"}).json()
    assert made["sign_in_link"].startswith(f"{ROOT}/sign-in/link_")
    link = made["sign_in_link"].removeprefix(ROOT).replace("/sign-in/", "/api/v1/sign-in-links/")
    assert admin.get(ask(link)).json()["name"] == "otto"


@pytest.mark.parametrize(
    "path",
    ["labels", "/", "/a/b-2/c_3.4~", "//evil", "/a//b", "/a/../b", "/a b", "/ä", "/a?b", "/api", "/live/x"],
)
def test_only_what_a_proxy_hands_on_unchanged_is_a_root_path(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_ROOT_PATH", path)
    if path in {"/", "/a/b-2/c_3.4~"}:
        assert Settings().root_path == path.rstrip("/")
        return
    with pytest.raises(ValidationError, match="root path"):
        Settings()
