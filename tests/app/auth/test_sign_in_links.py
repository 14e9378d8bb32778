"""The one-time link with which a new user chooses a password (hazard T17)."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.auth import service
from app.core.database import now, write_session
from app.core.models import SignInLink, User
from app.core.problems import Problem
from app.core.security import hash_password, token_hash

PASSWORD = "correct horse"


def make_link(name: str = "admin") -> str:
    with write_session() as session:
        service.ensure_admin(session)
        return service.make_sign_in_link(session, name).replace("/sign-in/", "/api/v1/sign-in-links/")


def test_the_first_sign_in_sets_a_password(anonymous: TestClient) -> None:
    link = make_link()
    assert anonymous.get(link).json() == {"name": "admin", "needs_password": True}
    answer = anonymous.post(link, json={"password": PASSWORD})
    assert (answer.status_code, answer.json()["role"]) == (201, "admin")
    assert anonymous.get("/api/v1/me").json()["has_password"]
    other = TestClient(anonymous.app)
    body = {"username": "admin", "password": PASSWORD}
    assert other.post("/api/v1/sessions", json=body).status_code == 201


def test_a_link_works_once(anonymous: TestClient) -> None:
    link = make_link()
    assert anonymous.post(link, json={"password": PASSWORD}).status_code == 201
    second = TestClient(anonymous.app)
    assert second.post(link, json={"password": "another one"}).status_code == 404
    assert second.get(link).status_code == 404
    assert second.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("body", [{}, {"password": None}, {"password": "short"}])
def test_a_missing_or_short_password_leaves_the_link_usable(
    anonymous: TestClient, body: dict[str, str | None]
) -> None:
    link = make_link()
    answer = anonymous.post(link, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "password")
    assert anonymous.post(link, json={"password": PASSWORD}).status_code == 201


def test_a_user_with_a_password_may_keep_it(anonymous: TestClient) -> None:
    with write_session() as session:
        service.create_user(session, "olga", hash_password(PASSWORD))
    link = make_link("olga")
    assert anonymous.get(link).json() == {"name": "olga", "needs_password": False}
    assert anonymous.post(link, json={}).status_code == 201
    with write_session() as session:
        assert service.check_password(session.scalar(select(User).where(User.name == "olga")), PASSWORD)


def test_a_new_password_ends_the_other_sessions(anonymous: TestClient) -> None:
    assert anonymous.post(make_link(), json={"password": PASSWORD}).status_code == 201
    other = TestClient(anonymous.app)
    assert other.post(make_link(), json={"password": "a new password"}).status_code == 201
    assert (anonymous.get("/api/v1/me").status_code, other.get("/api/v1/me").status_code) == (401, 200)


def test_a_reset_password_withdraws_the_tokens_and_a_first_one_does_not(anonymous: TestClient) -> None:
    with write_session() as session:
        admin = service.ensure_admin(session)
        assert admin is not None
        headers = {"Authorization": f"Bearer {service.create_token(session, admin.id, 'laptop')[1]}"}
    program = TestClient(anonymous.app, headers=headers)
    assert anonymous.post(make_link(), json={"password": PASSWORD}).status_code == 201
    assert program.get("/api/v1/me").status_code == 200
    assert anonymous.post(make_link(), json={}).status_code == 201
    assert program.get("/api/v1/me").status_code == 200, "the password stayed"
    assert anonymous.post(make_link(), json={"password": "a new password"}).status_code == 201
    assert program.get("/api/v1/me").status_code == 401


def test_an_expired_or_invented_link_is_refused(anonymous: TestClient) -> None:
    link = make_link()
    with write_session() as session:
        session.execute(update(SignInLink).values(expires_at=now() - timedelta(seconds=1)))
    for path in (link, "/api/v1/sign-in-links/link_invented"):
        assert anonymous.get(path).status_code == 404
        assert anonymous.post(path, json={"password": PASSWORD}).status_code == 404


def test_a_link_of_somebody_blocked_is_refused(anonymous: TestClient) -> None:
    with write_session() as session:
        service.create_user(session, "olga")
    link = make_link("olga")
    with write_session() as session:
        service.change_user(session, service.find_user(session, "olga"), None, active=False, by="")
    assert anonymous.post(link, json={"password": PASSWORD}).status_code == 404


def test_only_the_hash_of_a_link_is_stored(anonymous: TestClient) -> None:
    secret = make_link().rsplit("/", 1)[1]
    with write_session() as session:
        assert session.scalars(select(SignInLink.token_hash)).all() == [token_hash(secret)]


def test_the_admin_is_made_once_and_only_on_an_empty_installation(anonymous: TestClient) -> None:
    with write_session() as session:
        first = service.ensure_admin(session)
        assert first is not None
        assert (first.name, first.role, first.password_hash) == ("admin", "admin", None)
        assert service.ensure_admin(session) is None
        with pytest.raises(Problem, match="no such user"):
            service.make_sign_in_link(session, "nobody")
