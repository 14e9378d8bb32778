"""Joining a project: by a link that its owner hands out, or picked from the people of the installation."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.config import get_settings
from app.core.database import now, read_session, write_session
from app.core.models import Invitation, Membership, User
from tests.app.at_once import at_once
from tests.app.projects.test_projects import new_project

SignIn = Callable[..., TestClient]
LINKS = "/api/v1/invitation-links"


def invite(client: TestClient, project: str, **body: Any) -> Any:
    answer = client.post(f"/api/v1/projects/{project}/invitations", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json() | {"token": answer.json()["link"].rpartition("/")[2]}


def roles(project: str) -> dict[str, str]:
    statement = select(User.name, Membership.role).join(Membership)
    with read_session() as session:
        return dict(session.execute(statement.where(Membership.project_id == project)).all())


@pytest.fixture
def project(client: TestClient) -> str:
    """Return the id of olga's project."""
    identifier: str = new_project(client)["id"]
    return identifier


def test_a_link_is_shown_once_and_lets_people_join(
    client: TestClient, anonymous: TestClient, sign_in: SignIn, project: str
) -> None:
    made = invite(client, project, role="reviewer", expires_in_days=3, uses=2)
    listing = client.get(f"/api/v1/projects/{project}/invitations")
    assert made["token"] not in listing.text
    with read_session() as session:
        assert made["token"] not in repr(vars(session.scalars(select(Invitation)).one()))
    shown = anonymous.get(f"{LINKS}/{made['token']}").json()
    assert shown == {
        "project": client.get(f"/api/v1/projects/{project}").json()["name"],
        "role": "reviewer",
        "invited_by": "olga",
        "makes_accounts": False,
    }
    assert anonymous.post(f"{LINKS}/{made['token']}").status_code == 401
    anna, ben, eve = (sign_in(name) for name in ("anna", "ben", "eve"))
    assert anna.post(f"{LINKS}/{made['token']}").json() == {"project_id": project}
    assert anna.post(f"{LINKS}/{made['token']}").status_code == 201  # again: uses nothing up
    assert client.post(f"{LINKS}/{made['token']}").status_code == 201
    assert ben.post(f"{LINKS}/{made['token']}").status_code == 201
    late = eve.post(f"{LINKS}/{made['token']}")
    assert (late.status_code, "used up" in late.json()["detail"]) == (404, True)
    assert roles(project) == {"olga": "owner", "anna": "reviewer", "ben": "reviewer"}
    item = client.get(f"/api/v1/projects/{project}/invitations").json()["items"][0]
    assert (item["used"], item["uses"], item["state"]) == (2, 2, "used")


def test_no_more_join_at_once_than_a_link_is_for(client: TestClient, sign_in: SignIn, project: str) -> None:
    token = invite(client, project, uses=2)["token"]
    people = [sign_in(f"person {number}") for number in range(5)]
    answers = at_once(lambda each=each: each.post(f"{LINKS}/{token}").status_code for each in people)
    assert sorted(answers) == [201, 201, 404, 404, 404]
    assert len(roles(project)) == 3


def test_what_is_expired_withdrawn_or_left_behind_says_so(
    client: TestClient, sign_in: SignIn, project: str
) -> None:
    eve, otto = sign_in("eve"), sign_in("otto")
    withdrawn, expired = invite(client, project), invite(client, project)
    assert eve.delete(f"/api/v1/invitations/{withdrawn['id']}").status_code == 404
    assert client.delete(f"/api/v1/invitations/{withdrawn['id']}").status_code == 204
    with write_session() as session:
        late = update(Invitation).where(Invitation.id == expired["id"])
        session.execute(late.values(expires_at=now() - timedelta(seconds=1)))
    for made, word in ((withdrawn, "withdrawn"), (expired, "expired"), ({"token": "join_no"}, "no such")):
        for answer in (eve.get(f"{LINKS}/{made['token']}"), eve.post(f"{LINKS}/{made['token']}")):
            assert (answer.status_code, word in answer.json()["detail"]) == (404, True)
    left = invite(client, project)["token"]
    client.put(f"/api/v1/projects/{project}/members", json={"name": "otto", "role": "owner"})
    otto.put(f"/api/v1/projects/{project}/members", json={"name": "olga", "role": "annotator"})
    assert eve.post(f"{LINKS}/{left}").status_code == 404


def test_only_owners_invite_and_see_invitations(client: TestClient, sign_in: SignIn, project: str) -> None:
    anna = sign_in("anna")
    made = invite(client, project)
    anna.post(f"{LINKS}/{made['token']}")
    path = f"/api/v1/projects/{project}/invitations"
    assert [anna.get(path).status_code, anna.post(path, json={}).status_code] == [403, 403]
    assert anna.delete(f"/api/v1/invitations/{made['id']}").status_code == 403
    assert anna.get(f"/api/v1/projects/{project}/people?start=o").status_code == 403


def test_a_newcomer_makes_an_account_only_where_the_installation_says_so(
    anonymous: TestClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, olga = sign_in("ada", "admin"), sign_in("olga")
    by_admin = invite(ada, new_project(ada)["id"])
    by_member = invite(olga, new_project(olga)["id"])
    body = {"name": "Nina", "password": "correct horse"}
    refused = anonymous.post(f"{LINKS}/{by_admin['token']}/account", json=body)
    assert (refused.status_code, "administrator" in refused.json()["detail"]) == (403, True)
    monkeypatch.setenv("EIGENLABEL_INVITATIONS_MAKE_ACCOUNTS", "true")
    get_settings.cache_clear()
    assert anonymous.post(f"{LINKS}/{by_member['token']}/account", json=body).status_code == 403
    taken = anonymous.post(f"{LINKS}/{by_admin['token']}/account", json=body | {"name": "OLGA"})
    assert (taken.status_code, taken.json()["errors"][0]["field"]) == (409, "name")
    assert anonymous.post(f"{LINKS}/{by_admin['token']}/account", json=body).status_code == 201
    assert anonymous.get("/api/v1/me").json()["name"] == "Nina"
    assert len(anonymous.get("/api/v1/projects").json()["items"]) == 1
    again = anonymous.post(f"{LINKS}/{by_admin['token']}/account", json=body | {"name": "Nora"})
    assert again.status_code == 404


def test_an_owner_picks_people_by_the_start_of_their_names(
    client: TestClient, sign_in: SignIn, project: str
) -> None:
    for name in ("Élodie", "elmar", "anna", "el_x"):
        sign_in(name)
    with write_session() as session:
        session.add_all(User(name=f"zoe {number:02}") for number in range(25))
        session.add(User(name="elsewhere", active=False))
    path = f"/api/v1/projects/{project}/people"

    def found(start: str) -> list[str]:
        return [each["name"] for each in client.get(path, params={"start": start}).json()]

    assert found("EL") == ["el_x", "elmar"]
    assert found("él") == ["Élodie"]
    assert found("el_") == ["el_x"]
    assert found("%") == []
    assert len(found("zoe")) == 20
    assert found("olga") == []  # a member already
    assert found("") == []
    assert client.get(path, params={"start": "anna"}).json() == [{"name": "anna"}]
