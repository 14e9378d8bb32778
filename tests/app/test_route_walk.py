"""Every route as nobody and as a stranger: routes added later are walked too (hazards T11, T13)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import now, read_connection, read_session, write_session
from app.core.models import ApiToken, Audit, AuditItem, Base, Invitation, Job, Source, User
from app.projects.service import put_member
from tests.app.examples import Route, arguments, walk
from tests.app.labelling_factory import Labelling, make_labelling

SignIn = Callable[..., TestClient]
PUBLIC = {
    "GET /api/openapi.json",
    "GET /",
    "GET /live",
    "GET /ready",
    "GET /images/{image_id}/shared",  # for links that the service has signed
    "GET /invitation-links/{token}",
    "POST /invitation-links/{token}/account",
    "GET /metrics",  # for this machine, or for a token that is no user's
    "GET /sign-in-links/{token}",
    "POST /sessions",
    "POST /sign-in-links/{token}",
}
FOR_ADMINS = "/api/v1/users"
AUDIT, ITEM = "a" * 32, "b" * 32


@pytest.fixture
def application(anonymous: TestClient) -> FastAPI:
    assert isinstance(anonymous.app, FastAPI)
    return anonymous.app


@pytest.fixture
def owned(engine: object, sign_in: SignIn) -> Labelling:
    """Return olga's project, in the middle of a round."""
    sign_in("olga")
    made = make_labelling(members={"olga": "owner"})
    with write_session() as session:
        session.add(Job(project_id=made.project_id, kind="import", queue="cpu", params={}))
        params = {"project_id": made.project_id}
        session.add(Source(project_id=made.project_id, name="Digits", kind="project", params=params))
        olga = session.scalars(select(User.id).where(User.name == "olga")).one()
        invitation = {"role": "owner", "token_hash": "0" * 64, "uses": 1, "created_by": olga}
        session.add(Invitation(project_id=made.project_id, expires_at=now(), **invitation))
        session.add(new_audit(made))
        session.flush()
        item = {"audit_id": AUDIT, "image_id": made.spare[0], "label_id": made.categories[0]}
        session.add(AuditItem(id=ITEM, position=0, expires_at=now(), **item))
    return made


def new_audit(made: Labelling) -> Audit:
    """Return an open audit of one label."""
    promise = {"goal": 0.01, "sure": 0.95, "attempt": 1, "alpha": 0.0375}
    return Audit(
        id=AUDIT, project_id=made.project_id, population=1, images=1, labels_key="certificates/x", **promise
    )


def identifiers(made: Labelling) -> dict[str, str]:
    """Return an id of olga's for every name that a path parameter has."""
    with read_session() as session:
        return {
            "project_id": made.project_id,
            "category_id": made.categories[0],
            "image_id": made.images[0],
            "round_id": made.round_id,
            "query_id": made.queries[0],
            "review_id": made.round_id,
            "page_id": made.queries[0],
            "encoder_id": made.encoder_id,
            "source_id": session.scalars(select(Source.id)).one(),
            "job_id": session.scalars(select(Job.id)).one(),
            "token_id": session.scalars(select(ApiToken.id)).first() or "",
            "invitation_id": session.scalars(select(Invitation.id)).first() or "",
            "audit_id": AUDIT,
            "item_id": ITEM,
            "token": "join_unknown",
            "user_id": session.scalars(select(User.id).where(User.name == "olga")).one(),
        }


def call(client: TestClient, application: FastAPI, route: Route, path: str, **options: Any) -> Any:
    body = arguments(application.openapi(), route)
    return client.request(route.method, path, follow_redirects=False, **body, **options)


def guarded(application: FastAPI) -> Iterator[Route]:
    found = walk(application)
    assert len(found) > 30
    return (route for route in found if route.name not in PUBLIC)


def dump() -> dict[str, list[str]]:
    """Return every row of every table."""
    with read_connection() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer el_invented"}, {"Authorization": "Basic YTpi"}]
)
def test_nobody_gets_in_anywhere(
    anonymous: TestClient, application: FastAPI, owned: Labelling, headers: dict[str, str]
) -> None:
    ids = identifiers(owned) | {"path": "x"}
    answers = {
        route.name: call(anonymous, application, route, route.path.format(**ids), headers=headers).status_code
        for route in guarded(application)
    }
    assert {name: status for name, status in answers.items() if status != 401} == {}


def test_a_stranger_finds_nothing_and_changes_nothing(
    application: FastAPI, owned: Labelling, sign_in: SignIn
) -> None:
    stranger, ids = sign_in("eve"), identifiers(owned)
    before, walked = dump(), [each for each in guarded(application) if "{" in each.path]
    assert {route.method for route in walked} == {"GET", "PATCH", "PUT", "POST", "DELETE"}
    for route in walked:
        answer = call(stranger, application, route, route.path.format(**ids))
        expected = 403 if route.path.startswith(FOR_ADMINS) else 404
        assert (answer.status_code, route.name) == (expected, route.name)
    assert dump() == before


def test_lists_show_a_stranger_nothing(application: FastAPI, owned: Labelling, sign_in: SignIn) -> None:
    stranger, ids = sign_in("eve"), identifiers(owned)
    for route in guarded(application):
        if route.method == "GET" and "{" not in route.path:
            for query in ("", f"?project={owned.project_id}&category={owned.categories[0]}"):
                answer = stranger.get(route.path + query)
                assert answer.status_code in {200, 403, 404}, route.name
                leaked = [name for name, value in ids.items() if value in answer.text]
                assert leaked == [], route.name


def test_an_unknown_id_is_not_found_by_a_member_either(
    application: FastAPI, owned: Labelling, sign_in: SignIn
) -> None:
    otto = sign_in("otto")
    unknown = dict.fromkeys(identifiers(owned), "0" * 32)
    for route in guarded(application):
        if "{" in route.path and not route.path.startswith(FOR_ADMINS):
            answer = call(otto, application, route, route.path.format(**unknown))
            assert (answer.status_code, route.name) == (404, route.name)
            assert answer.headers["content-type"] == "application/problem+json"


def test_an_annotator_manages_nothing(application: FastAPI, owned: Labelling, sign_in: SignIn) -> None:
    anna, ids = sign_in("anna"), identifiers(owned)
    with write_session() as session:
        put_member(session, owned.project_id, "anna", "annotator")
    for route in guarded(application):
        if route.method in {"PATCH", "DELETE"} and "{" in route.path and "annotation" not in route.path:
            answer = call(anna, application, route, route.path.format(**ids))
            assert answer.status_code in {403, 404}, route.name


def test_operations_have_plain_and_unique_names(application: FastAPI) -> None:
    operations = [
        operation for path in application.openapi()["paths"].values() for operation in path.values()
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() and name.islower() for name in names)
    assert all(operation.get("description") for operation in operations)
