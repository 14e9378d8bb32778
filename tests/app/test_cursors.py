"""Cursors of every list in the OpenAPI document: what a list did not give out is refused with a reason."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from app.core.database import now, write_session
from app.core.models import ApiToken, Encoder, Invitation, Job, Source, User
from app.projects.service import put_member
from tests.app.exports.conftest import publish
from tests.app.labelling_factory import Labelling, add_round, make_labelling

Lists = dict[str, str]
UNKNOWN = "0" * 32
# These have tests of their own, beside what they list.
OF_OTHERS = {"{query_id}", "{audit_id}", "{review_id}", "certificates", "audits", "reviews"}


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


MADE_UP = [
    "", "x", "====", "ä", "\0", "' OR 1=1 --", "9" * 5000,
    *map(encoded, ["", " ", "\0", "null", UNKNOWN, f"5 {UNKNOWN}", f"2026-01-01T00:00:00+00:00 {UNKNOWN}"]),
]  # fmt: skip
PLACES = [
    "", "-1", "1e9", "1.5", "True", "None", "٣", "9" * 10, "9" * 30, "9" * 5000, "0x1f", "\0", "\ud7ff", "[]",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-01", "2026-01-01",
    "now", "infinity", "x' --", "a b",
]  # fmt: skip
"""Neither an id nor a time nor a number; a number of a day may be the one or the other."""


@pytest.fixture
def application(anonymous: TestClient) -> FastAPI:
    assert isinstance(anonymous.app, FastAPI)
    return anonymous.app


@pytest.fixture
def olga(engine: Engine, sign_in: Callable[..., TestClient]) -> TestClient:
    """Return an administrator's client, who owns what is listed."""
    return sign_in("olga", "admin")


@pytest.fixture
def made(olga: TestClient) -> Labelling:
    """Return a project of olga's with two of everything that is listed."""
    made = add_round(make_labelling())
    publish(made, 1, [[0.5, 0.5]] * 5)
    for query in made.queries[:2]:
        body = {"category_id": made.categories[0]}
        assert olga.put(f"/api/v1/queries/{query}/annotation", json=body).is_success
    make_labelling()
    with write_session() as session:
        user = session.scalars(select(User.id).where(User.name == "olga")).one()
        session.add_all(User(name=name) for name in ("anna", "ben"))
        session.flush()
        put_member(session, made.project_id, "anna", "annotator")
        for at in range(2):
            session.add(ApiToken(user_id=user, name=f"{at}", token_hash=f"{at}"))
            session.add(Job(project_id=made.project_id, kind="import", queue="cpu", params={}))
            about = {"project_id": made.project_id}
            session.add(Source(name=f"{at}", kind="project", params=about, **about))
            session.add(Encoder(name=f"{at}", kind="bundled", config={}, **about))
            invitation = {"role": "owner", "token_hash": f"{at}", "uses": 1, "created_by": user}
            session.add(Invitation(expires_at=now(), **about, **invitation))
    return made


@pytest.fixture
def lists(application: FastAPI, made: Labelling) -> Lists:
    """Return the address of every list that comes in pages, by the name of its operation."""
    ids = {"project_id": made.project_id, "round_id": made.round_id}
    found = {
        operation["operationId"]: path.format(**ids)
        for path, operations in application.openapi()["paths"].items()
        for operation in operations.values()
        if any(each["name"] == "cursor" for each in operation.get("parameters", []))
        and not OF_OTHERS & set(path.split("/"))
    }
    assert len(found) >= 11
    return found


def first_cursor(client: TestClient, url: str) -> str:
    answer = client.get(url, params={"limit": 1})
    cursor = answer.json()["next_cursor"]
    assert cursor, f"{url} lists one row only"
    return str(cursor)


def refused(answer: Any) -> bool:
    """Return whether an answer is the problem that a wrong cursor is."""
    problem = answer.json()
    kind = answer.headers["content-type"]
    fields = [error["field"] for error in problem.get("errors", []) if error["reason"]]
    return (answer.status_code, kind, fields) == (422, "application/problem+json", ["cursor"])


def wrong_places(cursor: str) -> Iterator[str]:
    """Yield cursors of the same list at places that no row has."""
    listing, *places = base64.urlsafe_b64decode(cursor).decode().split(" ")
    yield encoded(listing)
    yield encoded(" ".join([listing, *places, "1"]))
    for at in range(len(places)):
        for wrong in PLACES:
            if not (
                wrong.isascii() and wrong.isalnum() and at == len(places) - 1
            ):  # an id may look like that
                yield encoded(" ".join([listing, *places[:at], wrong, *places[at + 1 :]]))


def test_what_no_list_has_given_out_is_refused(olga: TestClient, lists: Lists) -> None:
    accepted = [
        (name, cursor)
        for name, url in lists.items()
        for cursor in [*MADE_UP, *wrong_places(first_cursor(olga, url))]
        if not refused(olga.get(url, params={"cursor": cursor}))
    ]
    assert accepted == []


def test_a_cursor_is_good_for_its_own_list_only(olga: TestClient, lists: Lists) -> None:
    cursors = {name: first_cursor(olga, url) for name, url in lists.items()}
    for name, url in lists.items():
        taken = {of for of, each in cursors.items() if not refused(olga.get(url, params={"cursor": each}))}
        assert taken == {name}
        assert olga.get(url, params={"cursor": cursors[name]}).status_code == 200


def test_a_cursor_of_another_project_or_without_rows_is_refused(
    olga: TestClient, lists: Lists, made: Labelling
) -> None:
    other = olga.post("/api/v1/projects", json={"name": "Other"}).json()["id"]
    of_projects = {name: url for name, url in lists.items() if made.project_id in url}
    assert "list_predictions" in of_projects
    for url in of_projects.values():
        cursor, elsewhere = first_cursor(olga, url), url.replace(made.project_id, other)
        assert refused(olga.get(elsewhere, params={"cursor": cursor})), elsewhere
        assert refused(olga.get(elsewhere, params={"cursor": "x"})), elsewhere
