from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import now, write_session
from app.core.models import Category
from tests.app.labelling_factory import (
    Labelling,
    expire_leases,
    kept_answers,
    make_project,
    query_states,
    round_jobs,
)

API = "/api/v1"


def put(
    client: TestClient, query_id: str, key: str | None = None, version: int | None = None, **body: Any
) -> Any:
    """Answer a query; `version` is that of the answer that this one corrects."""
    headers = {"Idempotency-Key": key} if key else {}
    headers |= {"If-Match": f'"{version}"'} if version else {}
    return client.put(f"{API}/queries/{query_id}/annotation", json=body, headers=headers)


def lease(client: TestClient, labelling: Labelling, count: int = 1) -> list[str]:
    answer = client.post(f"{API}/rounds/{labelling.round_id}/leases", json={"count": count})
    return [item["query_id"] for item in answer.json()["items"]]


def test_a_label_settles_its_query(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    first = lease(anna, labelling)[0]
    stored = put(anna, first, category_id=labelling.categories[0], seconds=1.5)
    assert stored.status_code == 200
    assert stored.json() | {"id": "", "created_at": ""} == {
        "id": "",
        "query_id": first,
        "image_id": labelling.images[0],
        "category_id": labelling.categories[0],
        "skip": None,
        "kind": "query",
        "version": 1,
        "created_at": "",
    }
    assert query_states(labelling)[0] == (labelling.images[0], "labelled")
    assert lease(ben, labelling, 3) == labelling.queries[1:]


def test_a_retry_gets_the_same_answer(anna: TestClient, labelling: Labelling) -> None:
    query_id, category_id = labelling.queries[0], labelling.categories[0]
    first = put(anna, query_id, category_id=category_id, seconds=1.0)
    again = put(anna, query_id, category_id=category_id, seconds=1.0)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert kept_answers(query_id) == [(category_id, 0, True)]


def test_an_idempotency_key_holds_the_first_answer(anna: TestClient, labelling: Labelling) -> None:
    query_id, (one, other) = labelling.queries[0], labelling.categories
    first = put(anna, query_id, key="a", category_id=one)
    assert put(anna, query_id, key="b", version=1, category_id=other).json()["version"] == 2
    assert put(anna, query_id, key="a", category_id=one).json() == first.json()
    assert kept_answers(query_id) == [(one, None, False), (other, 0, True)]
    refused = put(anna, query_id, key="a", category_id=other)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_a_correction_supersedes(anna: TestClient, labelling: Labelling) -> None:
    query_id, (one, other) = labelling.queries[0], labelling.categories
    put(anna, query_id, category_id=one)
    corrected = put(anna, query_id, version=1, category_id=other).json()
    assert (corrected["category_id"], corrected["version"]) == (other, 2)
    assert kept_answers(query_id) == [(one, None, False), (other, 0, True)]
    assert [state for _, state in query_states(labelling)] == ["labelled", "open", "open"]


def test_a_late_label_takes_the_free_slot(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    first = lease(anna, labelling)[0]
    expire_leases()
    assert put(anna, first, category_id=labelling.categories[0]).status_code == 200
    assert lease(ben, labelling) == labelling.queries[1:2]


def test_what_somebody_else_has_been_handed_is_theirs_to_answer(
    anna: TestClient, ben: TestClient, olga: TestClient, labelling: Labelling
) -> None:
    first, (one, other) = lease(anna, labelling)[0], labelling.categories
    for person in (ben, olga):
        refused = put(person, first, category_id=other)
        assert (refused.status_code, "with somebody else" in refused.json()["detail"]) == (409, True)
    assert query_states(labelling)[0] == (labelling.images[0], "open")
    assert put(anna, first, category_id=one).status_code == 200
    assert kept_answers(first) == [(other, None, False), (other, None, False), (one, 0, True)]


def test_a_late_label_for_what_another_is_looking_at_is_kept_only(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    first, (one, other) = lease(anna, labelling)[0], labelling.categories
    expire_leases()
    assert lease(ben, labelling) == [first]
    assert put(anna, first, category_id=one).status_code == 409
    assert put(ben, first, category_id=other).status_code == 200
    assert kept_answers(first) == [(one, None, False), (other, 0, True)]


def test_a_second_answer_that_does_not_name_the_first_changes_nothing(
    anna: TestClient, labelling: Labelling
) -> None:
    query_id, (one, other) = labelling.queries[0], labelling.categories
    put(anna, query_id, category_id=one)
    for key, version in (("a", None), ("a", None), (None, 2), (None, 7)):
        refused = put(anna, query_id, key=key, version=version, category_id=other)
        assert refused.status_code == 412
        told = refused.json()["annotation"]
        assert (told["category_id"], told["version"]) == (one, 1)
    assert put(anna, query_id, skip="broken").status_code == 412
    assert put(anna, labelling.queries[1], version=1, category_id=one).status_code == 412
    assert kept_answers(query_id) == [(one, 0, True)]
    assert kept_answers(labelling.queries[1]) == []


def test_an_answer_is_not_taken_for_somebody_elses(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    me = anna.get(f"{API}/me").json()["id"]
    url, body = f"{API}/queries/{labelling.queries[0]}/annotation", {"category_id": labelling.categories[0]}
    for client, status in ((ben, 401), (anna, 200)):
        assert client.put(url, json=body, headers={"Eigenlabel-User": me}).status_code == status
        assert client.delete(url, headers={"Eigenlabel-User": me}).status_code == status


def test_a_late_label_for_a_taken_slot_is_kept_once(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    first, (one, other) = lease(anna, labelling)[0], labelling.categories
    expire_leases()
    put(ben, first, category_id=other)
    for _ in range(2):
        late = put(anna, first, key="late", category_id=one)
        assert late.status_code == 409
        assert late.json()["annotation_id"]
    assert kept_answers(first) == [(other, 0, True), (one, None, False)]
    assert put(anna, first, skip="broken").status_code == 409
    assert query_states(labelling)[0] == (labelling.images[0], "labelled")


def test_only_active_categories_of_the_project_are_taken(anna: TestClient, labelling: Labelling) -> None:
    foreign = make_project(members={"anna": "annotator"}).categories[0]
    with write_session() as session:
        archived = labelling.categories[1]
        session.execute(update(Category).where(Category.id == archived).values(archived_at=now()))
    for category_id in (foreign, archived, "nonsense"):
        refused = put(anna, labelling.queries[0], category_id=category_id)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "category_id")
    assert kept_answers(labelling.queries[0]) == []


@pytest.mark.parametrize("body", [{}, {"category_id": "x", "skip": "broken"}, {"skip": "tired"}])
def test_an_answer_is_a_category_or_a_skip(anna: TestClient, labelling: Labelling, body: Any) -> None:
    assert put(anna, labelling.queries[0], **body).status_code == 422


def test_the_last_label_starts_the_model(anna: TestClient, olga: TestClient, labelling: Labelling) -> None:
    for query_id in labelling.queries:
        assert round_jobs(labelling) == []
        put(anna, query_id, category_id=labelling.categories[0])
    assert round_jobs(labelling) == [("round_advance", 1, "queued")]
    current = olga.get(f"{API}/rounds/{labelling.round_id}").json()
    assert (current["state"], current["labelled"], current["outstanding"]) == ("finetuning", 3, 0)
    assert olga.get(f"{API}/rounds/{labelling.round_id}/steps").json()[0]["state"] == "finetuning"


def test_a_correction_after_the_freeze_counts_later(anna: TestClient, labelling: Labelling) -> None:
    one, other = labelling.categories
    for query_id in labelling.queries:
        put(anna, query_id, category_id=one)
    corrected = put(anna, labelling.queries[2], version=1, category_id=other)
    assert (corrected.status_code, corrected.json()["version"]) == (200, 2)
    assert round_jobs(labelling) == [("round_advance", 1, "queued")]
    assert {state for _, state in query_states(labelling)} == {"labelled"}


def test_own_answers_are_listed_newest_first(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    put(ben, labelling.queries[2], category_id=labelling.categories[0])
    put(anna, labelling.queries[0], category_id=labelling.categories[0])
    put(anna, labelling.queries[1], skip="unclear")
    put(anna, labelling.queries[0], version=1, category_id=labelling.categories[1])
    url = f"{API}/rounds/{labelling.round_id}/my-annotations"
    first = anna.get(f"{url}?limit=1").json()
    second = anna.get(f"{url}?limit=1&cursor={first['next_cursor']}").json()
    assert (first["items"][0]["query_id"], first["items"][0]["version"]) == (labelling.queries[0], 2)
    assert (second["items"][0]["skip"], second["items"][0]["step"]) == ("unclear", 1)
    assert second["next_cursor"] is None
