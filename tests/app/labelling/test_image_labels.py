"""Indicators, and corrections from the browser of images (hazard T45)."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.models import Annotation, Encoder, Image, Job, Query, Round, Step, User
from tests.app.images.files import new_project, upload

SignIn = Callable[..., TestClient]


@pytest.fixture
def project(client: TestClient) -> str:
    return new_project(client, "cat", "dog")


@pytest.fixture
def categories(client: TestClient, project: str) -> list[str]:
    return [each["id"] for each in client.get(f"/api/v1/projects/{project}").json()["categories"]]


@pytest.fixture
def image(client: TestClient, project: str) -> str:
    identifier: str = upload(client, project)[0]["id"]
    return identifier


def label(client: TestClient, image: str, category: str, version: object = None) -> Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return client.put(f"/api/v1/images/{image}/annotation", json={"category_id": category}, headers=headers)


def shown(client: TestClient, image: str) -> tuple[Any, ...]:
    body = client.get(f"/api/v1/images/{image}").json()
    return body["category_id"], body["kind"], body["annotation_version"]


def asked_query(project: str, image: str, answer: dict[str, Any] | None, **columns: Any) -> str:
    """Add a round that asks about `image`, answered by `answer`, and return the query's id."""
    with write_session() as session:
        encoder = Encoder(project_id=project, name="e", kind="bundled", config={})
        session.add(encoder)
        session.flush()
        ids = {"project_id": project, "number": 1, "encoder_id": encoder.id}
        round_ = Round(**ids, config={}, budget=2, state="labelling", step=1)
        session.add(round_)
        session.flush()
        step = Step(round_id=round_.id, index=1, asked=2)
        session.add(step)
        session.flush()
        query = Query(round_id=round_.id, step_id=step.id, image_id=image, position=0, **columns)
        session.add(query)
        session.flush()
        if answer is not None:
            session.add(
                Annotation(
                    project_id=project, image_id=image, query_id=query.id, slot=0, kind="query", **answer
                )
            )
        return query.id


def test_an_indicator_is_given_changed_and_withdrawn(
    client: TestClient, image: str, categories: list[str]
) -> None:
    given = label(client, image, categories[0])
    assert (given.status_code, given.json()["kind"], given.headers["etag"]) == (200, "indicator", '"1"')
    assert label(client, image, categories[1], 1).json()["version"] == 2
    assert shown(client, image) == (categories[1], "indicator", 2)
    path = f"/api/v1/images/{image}/annotation"
    assert client.delete(path, headers={"If-Match": '"1"'}).status_code == 412
    assert client.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    assert shown(client, image) == (None, None, None)
    assert client.delete(path).status_code == 404
    with read_session() as session:
        history = session.scalars(select(Annotation)).all()
        assert len(history) == 2
        assert all(row.superseded_at is not None and row.slot is None for row in history)


def test_a_stale_tab_changes_nothing(client: TestClient, image: str, categories: list[str]) -> None:
    label(client, image, categories[0])
    label(client, image, categories[1], 1)
    for version in (None, 1, 3, "x", "*"):
        answer = label(client, image, categories[0], version)
        assert answer.status_code == 412
    assert shown(client, image) == (categories[1], "indicator", 2)


def test_a_label_that_was_withdrawn_cannot_be_corrected(
    client: TestClient, image: str, categories: list[str]
) -> None:
    label(client, image, categories[0])
    client.delete(f"/api/v1/images/{image}/annotation")
    assert label(client, image, categories[1], 1).status_code == 412
    again = label(client, image, categories[1])
    assert (again.status_code, again.json()["version"]) == (200, 2)


def test_the_same_label_again_changes_nothing(client: TestClient, image: str, categories: list[str]) -> None:
    first = label(client, image, categories[0]).json()
    assert label(client, image, categories[0], 1).json() == first


def test_a_correction_keeps_the_query_and_its_slot(
    client: TestClient, project: str, image: str, categories: list[str]
) -> None:
    me = client.get("/api/v1/me").json()["id"]
    query = asked_query(project, image, {"category_id": categories[0], "annotator_id": me}, state="labelled")
    corrected = label(client, image, categories[1], 1).json()
    assert (corrected["query_id"], corrected["kind"], corrected["version"]) == (query, "query", 2)
    with read_session() as session:
        live = session.scalars(select(Annotation).where(Annotation.superseded_at.is_(None))).one()
        assert (live.slot, live.category_id) == (0, categories[1])
        old = session.scalars(select(Annotation).where(Annotation.superseded_at.is_not(None))).one()
        assert (old.slot, old.category_id) == (None, categories[0])
    assert client.delete(f"/api/v1/images/{image}/annotation").status_code == 409


def test_a_skipped_image_can_be_labelled_after_all(
    client: TestClient, project: str, image: str, categories: list[str]
) -> None:
    query = asked_query(project, image, {"skip": "broken"}, state="skipped")
    with write_session() as session:
        session.get_one(Image, image).excluded = "broken"
    assert label(client, image, categories[1], 1).status_code == 200
    with read_session() as session:
        assert session.get_one(Image, image).excluded is None
        assert session.get_one(Query, query).state == "labelled"


def test_an_image_that_is_being_asked_about_is_answered(
    client: TestClient, project: str, image: str, categories: list[str]
) -> None:
    query = asked_query(project, image, None)
    answered = label(client, image, categories[0]).json()
    assert (answered["query_id"], answered["kind"]) == (query, "query")
    with read_session() as session:
        assert session.get_one(Query, query).state == "labelled"
        assert session.scalars(select(Round.state)).one() == "finetuning"
        assert session.scalars(select(Job.kind)).all() == ["round_advance"]


def test_somebody_elses_label_takes_a_reviewer(
    client: TestClient, project: str, image: str, categories: list[str], sign_in: SignIn
) -> None:
    otto, members = sign_in("otto"), f"/api/v1/projects/{project}/members"
    client.put(members, json={"name": "otto", "role": "annotator"})
    label(client, image, categories[0])
    assert label(otto, image, categories[1], 1).status_code == 403
    assert otto.delete(f"/api/v1/images/{image}/annotation").status_code == 403
    client.put(members, json={"name": "otto", "role": "reviewer"})
    assert label(otto, image, categories[1], 1).status_code == 200
    with read_session() as session:
        assert (
            session.scalar(
                select(User.name)
                .join(Annotation, Annotation.annotator_id == User.id)
                .where(Annotation.superseded_at.is_(None))
            )
            == "otto"
        )


def test_beside_a_round_annotators_label_nothing(
    client: TestClient, project: str, categories: list[str], sign_in: SignIn
) -> None:
    otto, members = sign_in("otto"), f"/api/v1/projects/{project}/members"
    client.put(members, json={"name": "otto", "role": "annotator"})
    own, asked, beside = (each["id"] for each in upload(client, project, 3))
    assert label(otto, own, categories[0]).status_code == 200, "an indicator, while no round runs"
    asked_query(project, asked, None)
    for each in (asked, beside):
        refused = label(otto, each, categories[0])
        assert (refused.status_code, "hands out" in refused.json()["detail"]) == (403, True)
    assert label(otto, own, categories[1], 1).status_code == 200, "their own"
    client.put(members, json={"name": "otto", "role": "reviewer"})
    assert label(otto, beside, categories[0]).status_code == 200
    assert label(otto, asked, categories[0]).json()["kind"] == "query"


def test_an_owner_answers_what_somebody_else_is_looking_at(
    client: TestClient, project: str, image: str, categories: list[str], sign_in: SignIn
) -> None:
    otto = sign_in("otto")
    client.put(f"/api/v1/projects/{project}/members", json={"name": "otto", "role": "annotator"})
    query = asked_query(project, image, None)
    with read_session() as session:
        round_id = session.scalars(select(Round.id)).one()
    leased = otto.post(f"/api/v1/rounds/{round_id}/leases", json={"count": 1}).json()
    assert [item["query_id"] for item in leased["items"]] == [query]
    assert label(client, image, categories[0]).status_code == 200
    late = otto.put(f"/api/v1/queries/{query}/annotation", json={"category_id": categories[1]})
    assert (late.status_code, shown(client, image)[0]) == (409, categories[0])


def test_only_active_categories_of_the_project_count(
    client: TestClient, image: str, categories: list[str]
) -> None:
    other = new_project(client, "cat")
    foreign = client.get(f"/api/v1/projects/{other}").json()["categories"][0]["id"]
    label(client, image, categories[0])
    client.delete(f"/api/v1/categories/{categories[0]}")
    for category in (foreign, "unknown", categories[0]):
        assert label(client, image, category, 1).status_code == 422
    assert shown(client, image) == (categories[0], "indicator", 1)


def test_a_test_image_is_not_labelled(client: TestClient, project: str, categories: list[str]) -> None:
    image = upload(client, project, split="test")[0]["id"]
    assert label(client, image, categories[0]).status_code == 422
