from typing import Any

from fastapi.testclient import TestClient

from tests.app.labelling.test_labels import lease, put
from tests.app.labelling.test_skips import excluded
from tests.app.labelling_factory import Labelling, kept_answers, query_states, round_jobs

API = "/api/v1"


def undo(client: TestClient, query_id: str, key: str | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.delete(f"{API}/queries/{query_id}/annotation", headers=headers)


def test_undo_brings_the_image_back_to_its_annotator(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    first, category_id = labelling.queries[0], labelling.categories[0]
    put(anna, first, category_id=category_id)
    undone = undo(anna, first).json()
    assert undone["annotation"]["category_id"] == category_id
    assert (undone["item"]["query_id"], undone["item"]["step"]) == (first, 1)
    assert query_states(labelling)[0] == (labelling.images[0], "open")
    assert lease(ben, labelling) == labelling.queries[1:2]
    assert lease(anna, labelling) == [first]
    assert kept_answers(first) == [(category_id, None, False)]
    assert anna.get(f"{API}/rounds/{labelling.round_id}/my-annotations").json()["items"] == []


def test_an_undo_that_is_sent_again_takes_no_second_answer_back(
    anna: TestClient, labelling: Labelling
) -> None:
    first, (one, other) = labelling.queries[0], labelling.categories
    assert undo(anna, first, key="too early").status_code == 404
    put(anna, first, category_id=one)
    undone = undo(anna, first, key="once")
    assert undone.status_code == 200
    again = undo(anna, first, key="once")
    assert (again.status_code, again.json()) == (200, undone.json())
    put(anna, first, category_id=other)
    assert undo(anna, first, key="once").json() == undone.json()
    assert query_states(labelling)[0] == (labelling.images[0], "labelled")
    assert undo(anna, first, key="too early").json()["annotation"]["category_id"] == other


def test_only_ones_own_answer_is_undone(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    put(anna, labelling.queries[0], category_id=labelling.categories[0])
    assert undo(ben, labelling.queries[0]).status_code == 404
    assert undo(anna, labelling.queries[1]).status_code == 404
    assert query_states(labelling)[0] == (labelling.images[0], "labelled")


def test_undoing_a_skip_takes_its_substitute_back(anna: TestClient, labelling: Labelling) -> None:
    before = query_states(labelling)
    put(anna, labelling.queries[0], skip="broken")
    assert undo(anna, labelling.queries[0]).json()["item"]["query_id"] == labelling.queries[0]
    assert query_states(labelling) == before
    assert excluded(labelling.images[0]) is None


def test_undoing_a_skip_leaves_a_substitute_that_somebody_has(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    put(anna, labelling.queries[0], skip="not_in_list")
    assert len(lease(ben, labelling, 3)) == 3
    assert undo(anna, labelling.queries[0]).json()["item"] is None
    assert [state for _, state in query_states(labelling)] == ["skipped", "open", "open", "open"]
    assert excluded(labelling.images[0]) is None


def test_undoing_unclear(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    first = labelling.queries[0]
    put(anna, first, skip="unclear")
    lease(ben, labelling)
    assert undo(anna, first).json()["item"] is None
    put(anna, labelling.queries[1], skip="unclear")
    assert undo(anna, labelling.queries[1]).json()["item"]["query_id"] == labelling.queries[1]


def test_undoing_unclear_leaves_what_others_have_settled(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    for number, answer in enumerate([{"category_id": labelling.categories[0]}, {"skip": "broken"}]):
        put(anna, labelling.queries[number], skip="unclear")
        put(ben, labelling.queries[number], **answer)
        assert undo(anna, labelling.queries[number]).json()["item"] is None
    assert [state for _, state in query_states(labelling)] == ["labelled", "skipped", "open", "open"]


def test_undo_after_the_freeze_withdraws_the_label(anna: TestClient, labelling: Labelling) -> None:
    one, other = labelling.categories
    for query_id in labelling.queries:
        put(anna, query_id, category_id=one)
    last = labelling.queries[2]
    assert undo(anna, last).json()["item"] is None
    assert query_states(labelling)[2] == (labelling.images[2], "skipped")
    assert round_jobs(labelling) == [("round_advance", 1, "queued")]
    assert put(anna, last, category_id=other).status_code == 200
    assert query_states(labelling)[2] == (labelling.images[2], "labelled")
    assert kept_answers(last) == [(one, None, False), (other, 0, True)]


def test_a_skip_after_the_freeze_asks_for_nothing_more(anna: TestClient, labelling: Labelling) -> None:
    for query_id in labelling.queries:
        put(anna, query_id, category_id=labelling.categories[0])
    put(anna, labelling.queries[0], version=1, skip="broken")
    assert [state for _, state in query_states(labelling)] == ["skipped", "labelled", "labelled"]
    assert excluded(labelling.images[0]) == "broken"
