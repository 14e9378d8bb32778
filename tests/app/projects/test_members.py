"""Who may do what in a project."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.app.projects.test_projects import new_project

SignIn = Callable[..., TestClient]


def user_id(client: TestClient) -> str:
    identifier: str = client.get("/api/v1/me").json()["id"]
    return identifier


@pytest.fixture
def olga(sign_in: SignIn) -> TestClient:
    return sign_in("olga")


@pytest.fixture
def otto(sign_in: SignIn) -> TestClient:
    return sign_in("otto")


@pytest.fixture
def members(olga: TestClient) -> str:
    """Return the path of the members of a project that olga owns."""
    return f"/api/v1/projects/{new_project(olga)['id']}/members"


def test_an_owner_adds_changes_and_removes_members(olga: TestClient, otto: TestClient, members: str) -> None:
    project = members.removesuffix("/members")
    assert olga.put(members, json={"name": "otto", "role": "annotator"}).json()["role"] == "annotator"
    assert otto.get(project).json()["role"] == "annotator"
    assert olga.put(members, json={"name": "otto", "role": "reviewer"}).status_code == 200
    listed = {item["name"]: item["role"] for item in otto.get(members).json()["items"]}
    assert listed == {"olga": "owner", "otto": "reviewer"}
    assert olga.delete(f"{members}/{user_id(otto)}").status_code == 204
    assert otto.get(project).status_code == 404
    assert olga.delete(f"{members}/{user_id(otto)}").status_code == 404


@pytest.mark.parametrize("role", ["annotator", "reviewer"])
def test_others_cannot_manage_the_project(
    olga: TestClient, otto: TestClient, members: str, role: str
) -> None:
    olga.put(members, json={"name": "otto", "role": role})
    project = members.removesuffix("/members")
    category = olga.get(f"{project}/categories").json()["items"][0]
    refused = [
        otto.put(members, json={"name": "otto", "role": "owner"}),
        otto.delete(f"{members}/{user_id(olga)}"),
        otto.patch(project, json={"name": "Mine"}),
        otto.delete(project),
        otto.post(f"{project}/categories", json={"name": "paper"}),
        otto.patch(f"/api/v1/categories/{category['id']}", json={"name": "paper"}),
        otto.delete(f"/api/v1/categories/{category['id']}"),
    ]
    assert {answer.status_code for answer in refused} == {403}
    assert otto.get(project).json()["role"] == role


def test_the_last_owner_stays(olga: TestClient, otto: TestClient, members: str) -> None:
    own = f"{members}/{user_id(olga)}"
    assert olga.delete(own).status_code == 409
    assert olga.put(members, json={"name": "olga", "role": "annotator"}).status_code == 409
    olga.put(members, json={"name": "otto", "role": "owner"})
    assert olga.delete(own).status_code == 204
    assert otto.delete(f"{members}/{user_id(otto)}").status_code == 409


def test_anybody_may_leave(olga: TestClient, otto: TestClient, members: str) -> None:
    olga.put(members, json={"name": "otto", "role": "annotator"})
    assert otto.delete(f"{members}/{user_id(otto)}").status_code == 204


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "nobody", "role": "annotator"}, 404),
        ({"name": "otto", "role": "admin"}, 422),
        ({"name": "otto"}, 422),
    ],
)
def test_a_member_is_a_user_with_a_role(
    olga: TestClient, otto: TestClient, members: str, body: dict[str, str], status: int
) -> None:
    assert olga.put(members, json=body).status_code == status
