"""API tokens and the users of an installation (hazards T14, T15)."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import read_session
from app.core.models import ApiToken
from app.core.security import token_hash

SignIn = Callable[..., TestClient]


@pytest.fixture
def admin(sign_in: SignIn) -> TestClient:
    return sign_in("ada", "admin")


@pytest.mark.parametrize("scheme", ["Bearer", "Token", "bearer"])
def test_a_token_signs_in_until_it_is_withdrawn(
    client: TestClient, anonymous: TestClient, scheme: str
) -> None:
    made = client.post("/api/v1/tokens", json={"name": "laptop"}).json()
    headers = {"Authorization": f"{scheme} {made['token']}"}
    assert anonymous.get("/api/v1/me", headers=headers).json()["name"] == "olga"
    listed = client.get("/api/v1/tokens")
    assert [item["name"] for item in listed.json()["items"]] == ["test", "laptop"]
    assert made["token"] not in listed.text
    with read_session() as session:
        assert token_hash(made["token"]) in session.scalars(select(ApiToken.token_hash)).all()
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert anonymous.get("/api/v1/me", headers=headers).status_code == 401
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 404


def test_nobody_sees_or_withdraws_the_tokens_of_others(sign_in: SignIn) -> None:
    olga, otto = sign_in("olga"), sign_in("otto")
    made = olga.post("/api/v1/tokens", json={"name": "laptop"}).json()
    assert made["id"] not in otto.get("/api/v1/tokens").text
    assert otto.delete(f"/api/v1/tokens/{made['id']}").status_code == 404
    assert len(olga.get("/api/v1/tokens").json()["items"]) == 2


def test_tokens_come_in_pages(client: TestClient) -> None:
    for number in range(4):
        client.post("/api/v1/tokens", json={"name": f"token {number}"})
    names, cursor = [], None
    while True:
        page = client.get("/api/v1/tokens", params={"limit": 2, "cursor": cursor} if cursor else {"limit": 2})
        names += [item["name"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert names == ["test", "token 0", "token 1", "token 2", "token 3"]


@pytest.mark.parametrize("cursor", ["!", "%", "/w==", "AAAA", "x" * 300])
def test_a_made_up_cursor_is_refused(client: TestClient, cursor: str) -> None:
    answer = client.get("/api/v1/tokens", params={"cursor": cursor})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_an_admin_makes_users_who_get_a_link(admin: TestClient, anonymous: TestClient) -> None:
    made = admin.post("/api/v1/users", json={"name": "otto"}).json()
    assert made["user"]["role"] == "member"
    link = made["sign_in_link"].replace("/sign-in/", "/api/v1/sign-in-links/")
    assert anonymous.get(link).json()["name"] == "otto"
    with_password = admin.post("/api/v1/users", json={"name": "olga", "password": "correct horse"})
    assert with_password.json()["sign_in_link"] is None
    assert admin.post("/api/v1/users", json={"name": "otto"}).json()["errors"][0]["field"] == "name"
    assert [user["name"] for user in admin.get("/api/v1/users").json()["items"]] == ["ada", "otto", "olga"]


@pytest.mark.parametrize("name", ["", " ", "a/b", "<img src=x onerror=alert(1)>", "a\n b", "x" * 81, "a\0"])
def test_a_user_name_is_plain(admin: TestClient, name: str) -> None:
    assert admin.post("/api/v1/users", json={"name": name}).status_code == 422


def test_members_do_not_manage_users(client: TestClient) -> None:
    me = client.get("/api/v1/me").json()
    assert client.get("/api/v1/users").status_code == 403
    assert client.post("/api/v1/users", json={"name": "eve", "role": "admin"}).status_code == 403
    assert client.patch(f"/api/v1/users/{me['id']}", json={"role": "admin"}).status_code == 403
    assert client.get("/api/v1/me").json()["role"] == "member"


def test_a_user_can_be_blocked_but_not_the_last_admin(admin: TestClient, sign_in: SignIn) -> None:
    otto = sign_in("otto")
    path = f"/api/v1/users/{otto.get('/api/v1/me').json()['id']}"
    assert admin.patch(path, json={"active": False}).json()["active"] is False
    assert otto.get("/api/v1/me").status_code == 401
    assert admin.patch(path, json={"active": True, "role": "admin"}).json()["role"] == "admin"
    assert otto.get("/api/v1/me").status_code == 200
    own = f"/api/v1/users/{admin.get('/api/v1/me').json()['id']}"
    assert otto.patch(own, json={"role": "member"}).status_code == 200
    assert otto.patch(path, json={"active": False}).status_code == 409
    assert otto.patch("/api/v1/users/unknown", json={"active": False}).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"active": False}, "active"),
        ({"role": "member"}, "role"),
        ({"role": "member", "active": True}, "role"),
        ({"role": "admin", "active": False}, "active"),
    ],
)
def test_an_administrator_does_not_lock_themselves_out(
    admin: TestClient, sign_in: SignIn, change: dict[str, object], field: str
) -> None:
    second = sign_in("otto", "admin")
    own = f"/api/v1/users/{admin.get('/api/v1/me').json()['id']}"
    answer = admin.patch(own, json=change)
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert admin.get("/api/v1/me").json()["role"] == "admin"
    assert admin.patch(own, json={"role": "admin", "active": True}).status_code == 200
    assert second.patch(own, json=change).status_code == 200


@pytest.mark.parametrize("field", ["password_hash", "id", "created_at"])
def test_unknown_fields_are_refused(admin: TestClient, field: str) -> None:
    assert admin.post("/api/v1/users", json={"name": "eve", field: "x"}).status_code == 422


def new_project(client: TestClient, name: str) -> str:
    made = client.post("/api/v1/projects", json={"name": name, "categories": []})
    assert made.status_code == 201
    identifier: str = made.json()["id"]
    return identifier


def user_path(client: TestClient) -> str:
    return f"/api/v1/users/{client.get('/api/v1/me').json()['id']}"


def test_projects_of_somebody_switched_off_go_to_the_administrator(
    admin: TestClient, sign_in: SignIn
) -> None:
    olga, otto = sign_in("olga"), sign_in("otto")
    alone, shared = new_project(olga, "Alone"), new_project(olga, "Shared")
    olga.put(f"/api/v1/projects/{shared}/members", json={"name": "otto", "role": "owner"})
    olga.put(f"/api/v1/projects/{alone}/members", json={"name": "otto", "role": "annotator"})
    changed = admin.patch(user_path(olga), json={"active": False}).json()
    assert (changed["active"], changed["projects_taken_over"]) == (False, ["Alone"])
    assert admin.get(f"/api/v1/projects/{alone}").json()["role"] == "owner"
    assert admin.get(f"/api/v1/projects/{shared}").status_code == 404, "otto owns it"
    assert otto.get(f"/api/v1/projects/{alone}").json()["role"] == "annotator"
    changed = admin.patch(user_path(otto), json={"active": False}).json()
    assert changed["projects_taken_over"] == ["Shared"], "olga, its other owner, cannot sign in"


def test_an_owner_who_is_switched_off_does_not_let_the_other_leave(
    admin: TestClient, sign_in: SignIn
) -> None:
    olga, otto = sign_in("olga"), sign_in("otto")
    project = new_project(olga, "Shared")
    olga.put(f"/api/v1/projects/{project}/members", json={"name": "otto", "role": "owner"})
    admin.patch(user_path(otto), json={"active": False})
    member = olga.get("/api/v1/me").json()["id"]
    assert olga.delete(f"/api/v1/projects/{project}/members/{member}").status_code == 409
