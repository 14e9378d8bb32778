"""Two people at the same instant, where one of them has to lose: rules that no single row can hold."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.core.database import read_session
from app.core.models import Annotation, Category, Membership, Query, User
from tests.app.at_once import at_once
from tests.app.labelling_factory import Labelling, add_round, make_labelling, make_project

SignIn = Callable[..., TestClient]
TIMES = 15


def test_two_administrators_cannot_depose_each_other(sign_in: SignIn) -> None:
    ada, bea = sign_in("ada", "admin"), sign_in("bea", "admin")
    ids = [person.get("/api/v1/me").json()["id"] for person in (ada, bea)]
    for _ in range(TIMES):
        answers = at_once(
            lambda person=person, other=other: (
                person.patch(f"/api/v1/users/{other}", json={"role": "member"}).status_code
            )
            for person, other in ((ada, ids[1]), (bea, ids[0]))
        )
        assert 200 in answers
        with read_session() as session:
            left = list(session.scalars(select(User.id).where(User.role == "admin")))
        assert len(left) == 1
        winner = ada if left == ids[:1] else bea
        assert winner.patch(f"/api/v1/users/{next(each for each in ids if each not in left)}",
                            json={"role": "admin"}).status_code == 200  # fmt: skip


def test_two_owners_cannot_leave_at_once(sign_in: SignIn) -> None:
    people = {name: sign_in(name) for name in ("olga", "otto")}
    for _ in range(TIMES):
        made = make_project(members=dict.fromkeys(people, "owner"))
        at_once(
            lambda person=person, made=made: person.delete(
                f"/api/v1/projects/{made.project_id}/members/{person.get('/api/v1/me').json()['id']}"
            )
            for person in people.values()
        )
        owners = select(func.count()).where(Membership.project_id == made.project_id)
        with read_session() as session:
            assert session.scalar(owners) == 1


def test_categories_added_at_once_have_places_and_keys_of_their_own(
    olga: TestClient, project: Labelling
) -> None:
    path = f"/api/v1/projects/{project.project_id}/categories"
    answers = at_once(
        lambda number=number: olga.post(path, json={"name": f"new {number}"}).status_code
        for number in range(6)
    )
    assert answers == [201] * 6
    with read_session() as session:
        rows = session.execute(select(Category.position, Category.shortcut)).all()
    assert len({row.position for row in rows}) == len(rows)
    keys = [row.shortcut for row in rows if row.shortcut]
    assert len(set(keys)) == len(keys)


def test_an_undo_and_an_owners_correction_leave_one_of_the_two(olga: TestClient, anna: TestClient) -> None:
    made = make_labelling(members={"olga": "owner", "anna": "annotator"}, images=TIMES + 1)
    for image_id, query_id in zip(made.images[:-1], made.queries[:-1], strict=True):
        answer = f"/api/v1/queries/{query_id}/annotation"
        assert anna.put(answer, json={"category_id": made.categories[0]}).status_code == 200
        correction = {"json": {"category_id": made.categories[1]}, "headers": {"If-Match": '"1"'}}
        at_once([
            lambda answer=answer: anna.delete(answer).status_code,
            lambda image_id=image_id, correction=correction: olga.put(
                f"/api/v1/images/{image_id}/annotation", **correction
            ).status_code,
        ])  # fmt: skip
        with read_session() as session:
            state = session.scalar(select(Query.state).where(Query.id == query_id))
            slot = select(func.count()).where(Annotation.query_id == query_id, Annotation.slot == 0)
            assert (state == "labelled") == (session.scalar(slot) == 1), state


@pytest.mark.parametrize("last", [{"category_id": None}, {"skip": "broken"}])
def test_cancelling_a_round_meets_its_last_answer(
    olga: TestClient, anna: TestClient, last: dict[str, str | None]
) -> None:
    made = make_project(members={"olga": "owner", "anna": "annotator"}, images=1, spare=0)
    body = {name: value or made.categories[0] for name, value in last.items()}
    for _ in range(TIMES):
        add_round(made)
        answers = at_once([
            lambda: olga.post(f"/api/v1/rounds/{made.round_id}/cancel").status_code,
            lambda: anna.put(f"/api/v1/queries/{made.queries[0]}/annotation", json=body).status_code,
        ])  # fmt: skip
        assert answers == [200, 200]
        round_now = olga.get(f"/api/v1/rounds/{made.round_id}").json()
        assert round_now["state"] == "cancelled"
        jobs = olga.get("/api/v1/jobs", params={"project": made.project_id}).json()["items"]
        assert {job["state"] for job in jobs} <= {"cancelled"}
