"""Reading a certificate reads no labels where none has changed, and what changes one is never missed."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.engine.cursor import CursorFetchStrategy

from app.certificates.labels import labels_now
from app.core.database import get_engine, now, read_session, write_session
from app.core.models import Annotation, Image, Step
from app.projects.image_counters import count_images
from tests.app.certificates.conftest import IMAGES, Collection
from tests.app.labelling_factory import add_image, make_project

Read = tuple[int, int]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Read]:
    """Return a function that counts the statements that a request runs and the rows that it reads."""
    found = [0, 0]
    fetchall, fetchone = CursorFetchStrategy.fetchall, CursorFetchStrategy.fetchone

    def all_rows(strategy: Any, *where: Any) -> Any:
        rows = fetchall(strategy, *where)
        found[1] += len(rows)
        return rows

    def one_row(strategy: Any, *where: Any) -> Any:
        row = fetchone(strategy, *where)
        found[1] += row is not None
        return row

    monkeypatch.setattr(CursorFetchStrategy, "fetchall", all_rows)
    monkeypatch.setattr(CursorFetchStrategy, "fetchone", one_row)

    def count(*_: Any) -> None:
        found[0] += 1

    def read(request: Callable[[], Any]) -> Read:
        found[:] = [0, 0]
        event.listen(get_engine(), "after_cursor_execute", count)
        try:
            assert request().status_code == 200
        finally:
            event.remove(get_engine(), "after_cursor_execute", count)
        return found[0], found[1]

    return read


def test_a_certificate_that_was_read_is_read_again_without_its_labels(
    olga: TestClient, collection: Collection, read: Callable[[Callable[[], Any]], Read]
) -> None:
    collection.audit(olga, collection.start(olga)["id"])
    for path in ("certificates?limit=1", "audits/plan?goal=0.05"):
        url = f"{collection.url}/{path}"
        first = olga.get(url).json()
        statements, rows = read(lambda url=url: olga.get(url))  # type: ignore[misc]
        assert statements < 40, path
        assert rows < IMAGES, path
        assert olga.get(url).json() == first


CHANGES: dict[str, Callable[[TestClient, Collection], object]] = {}


def change(does: Callable[[TestClient, Collection], object]) -> Callable[[TestClient, Collection], object]:
    CHANGES[does.__name__] = does
    return does


@change
def a_label_is_corrected(olga: TestClient, collection: Collection) -> None:
    with write_session() as session:
        row = session.query(Annotation).filter_by(project_id=collection.project_id).first()
        assert row is not None
        other = next(name for name in collection.made.categories if name != row.category_id)
        row.superseded_at = now()
        session.add(
            Annotation(
                project_id=collection.project_id,
                image_id=row.image_id,
                category_id=other,
                kind="review",
                version=row.version + 1,
            )
        )


@change
def a_label_is_taken_back(olga: TestClient, collection: Collection) -> None:
    with write_session() as session:
        row = session.query(Annotation).filter_by(project_id=collection.project_id).first()
        assert row is not None
        row.superseded_at = now()


@change
def a_label_stands_again(olga: TestClient, collection: Collection) -> None:
    a_label_is_taken_back(olga, collection)
    with read_session() as session:
        labels_now(session, collection.project_id)
    with write_session() as session:
        gone = session.query(Annotation).filter(Annotation.superseded_at.is_not(None)).one()
        gone.superseded_at = None


@change
def an_image_comes_and_another_goes(olga: TestClient, collection: Collection) -> None:
    with write_session() as session:
        unlabelled = list(collection.truth)[-1]
        session.delete(session.get_one(Image, unlabelled))
        count_images(session, collection.project_id, "pool", -1)
    add_image(collection.project_id)


@change
def an_image_is_left_out(olga: TestClient, collection: Collection) -> None:
    with write_session() as session:
        session.get_one(Image, list(collection.truth)[-1]).excluded = "broken"


@change
def a_model_is_newer(olga: TestClient, collection: Collection) -> None:
    collection.train(3, number=2)


@change
def categories_are_merged(olga: TestClient, collection: Collection) -> None:
    one, other = collection.made.categories[:2]
    merged = olga.post(f"/api/v1/categories/{one}/merge", json={"into": other})
    assert merged.status_code == 200, merged.text


@pytest.mark.parametrize("name", CHANGES)
def test_labels_that_are_remembered_are_those_that_are_there(
    olga: TestClient, collection: Collection, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with read_session() as session:
        before = labels_now(session, collection.project_id)
        assert labels_now(session, collection.project_id) is before
    CHANGES[name](olga, collection)
    with read_session() as session:
        remembered = labels_now(session, collection.project_id)
        monkeypatch.setattr("app.certificates.labels._newest", {})
        assert vars(remembered) == vars(labels_now(session, collection.project_id))


def test_the_list_of_projects_says_what_is_certified_by_as_many_statements_as_for_one(
    olga: TestClient, collection: Collection, read: Callable[[Callable[[], Any]], Read]
) -> None:
    def listed() -> dict[str, Any]:
        projects = olga.get("/api/v1/projects").json()["items"]
        found: dict[str, Any] = next(each for each in projects if each["id"] == collection.project_id)
        assert found == olga.get(collection.url).json()
        return found

    assert (listed()["certificate"], listed()["accuracy"]) == (None, None)
    collection.audit(olga, collection.start(olga)["id"])
    said = collection.certificates(olga)["current"]
    shown = listed()["certificate"]
    assert shown == {
        "share": said["share"],
        "sure": said["statement"]["sure"],
        "date": said["date"],
        "state": "holds",
    }
    alone, _ = read(lambda: olga.get("/api/v1/projects"))
    others = [again(olga) for _ in range(3)]
    together, _ = read(lambda: olga.get("/api/v1/projects"))
    assert (len(others), together) == (3, alone)
    a_label_is_corrected(olga, collection)
    assert listed()["certificate"]["state"] == "changed"
    step_id = collection.train(3, number=2)
    with write_session() as session:
        accuracy = {"top1": 0.8, "mean_class": 0.7, "images": 40}
        session.get_one(Step, step_id).accuracy = accuracy
    assert listed()["certificate"]["state"] == "void"
    assert listed()["accuracy"] == {"top1": 0.8, "images": 40, "round": 2, "step": 1}


def again(olga: TestClient) -> Collection:
    """Return another project of olga's whose labels are certified."""
    made = make_project(members={"olga": "owner"}, categories=3, images=12, spare=0)
    found = Collection(made, {image: place % 3 for place, image in enumerate(sorted(made.images))})
    found.train(0)
    found.audit(olga, found.start(olga, goal=0.4)["id"])
    return found
