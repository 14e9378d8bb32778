"""Two categories become one, and two again: labels, history, truths, and whatever names the merged one."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.models import Annotation, Category, Truth
from app.core.storage import get_storage
from tests.app.at_once import at_once
from tests.app.exports.conftest import end_round, publish
from tests.app.labelling.test_labels import put
from tests.app.labelling_factory import Labelling, make_labelling

API = "/api/v1"
MEMBERS = {"olga": "owner", "anna": "annotator", "ben": "annotator"}


@pytest.fixture
def made(olga: TestClient, anna: TestClient, ben: TestClient) -> Labelling:
    """Return a round of three categories, the first two of which are spellings of one, with keys."""
    made = make_labelling(members=MEMBERS, categories=3)
    for category, name, key in zip(made.categories, ("Café", "cafe", "tea"), "123", strict=True):
        rename(category, name, key)
    return made


def rename(category_id: str, name: str, key: str) -> None:
    with write_session() as session:
        row = session.get_one(Category, category_id)
        row.name, row.shortcut = name, key


def merge(client: TestClient, source: str, into: str) -> Any:
    return client.post(f"{API}/categories/{source}/merge", json={"into": into})


def split(client: TestClient, source: str) -> Any:
    return client.post(f"{API}/categories/{source}/split")


def give_truth(image_id: str, category_id: str) -> None:
    with write_session() as session:
        session.merge(Truth(image_id=image_id, category_id=category_id))


def rows(made: Labelling) -> dict[str, tuple[str | None, bool]]:
    """Return (category, whether it stands) of every annotation, by id."""
    statement = select(Annotation).where(Annotation.project_id == made.project_id)
    with read_session() as session:
        return {row.id: (row.category_id, row.superseded_at is None) for row in session.scalars(statement)}


def truths() -> dict[str, str]:
    with read_session() as session:
        return {row.image_id: row.category_id for row in session.scalars(select(Truth))}


def categories(client: TestClient, made: Labelling) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"{API}/projects/{made.project_id}/categories").json()["items"]
    return found


def test_what_moved_goes_back_and_what_came_later_stays(
    olga: TestClient, anna: TestClient, made: Labelling
) -> None:
    one, other, tea = made.categories
    put(anna, made.queries[0], category_id=other)
    put(
        anna, made.queries[0], category_id=one, version=1
    )  # a correction: the first answer is history of the other
    put(anna, made.queries[1], category_id=other)
    give_truth(made.spare[0], other)
    give_truth(made.spare[1], tea)
    before, listed = rows(made), categories(olga, made)

    assert olga.get(f"{API}/categories/{other}/merge").json() == {"labels": 1, "truths": 1}
    answer = merge(olga, other, one)
    assert (answer.status_code, answer.json()) == (200, {"labels": 1, "truths": 1})
    assert {category for category, _ in rows(made).values()} == {one}
    assert truths() == {made.spare[0]: one, made.spare[1]: tea}
    merged = categories(olga, made)[1]
    assert (merged["archived"], merged["merged_into"], merged["labels"]) == (True, one, 0)
    assert categories(olga, made)[0]["labels"] == 2

    later = anna.put(f"{API}/queries/{made.queries[2]}/annotation", json={"category_id": one}).json()["id"]
    assert split(olga, other).status_code == 200
    assert rows(made) == before | {later: (one, True)}
    assert truths() == {made.spare[0]: other, made.spare[1]: tea}
    listed[0]["labels"] += 1
    assert categories(olga, made) == listed  # its key and place too
    assert split(olga, other).status_code == 409


def test_a_moved_label_that_was_corrected_since_stays_corrected(
    olga: TestClient, anna: TestClient, made: Labelling
) -> None:
    one, other, tea = made.categories
    put(anna, made.queries[0], category_id=other)
    merge(olga, other, one)
    put(anna, made.queries[0], category_id=tea, version=1)
    split(olga, other)
    assert sorted(rows(made).values()) == sorted([(other, False), (tea, True)])


def test_merges_of_merges_split_in_any_order(olga: TestClient, anna: TestClient, made: Labelling) -> None:
    one, other, tea = made.categories
    for query, category in zip(made.queries, made.categories, strict=True):
        put(anna, query, category_id=category)
    before = rows(made)
    for order in ([one, other], [other, one]):
        assert merge(olga, one, other).status_code == 200
        assert merge(olga, other, tea).status_code == 200
        assert {category for category, _ in rows(made).values()} == {tea}
        assert [split(olga, each).status_code for each in order] == [200, 200]
        assert rows(made) == before
    merge(olga, one, other)
    merge(olga, other, tea)
    split(olga, one)
    merge(olga, one, tea)  # by itself now, so that it is no part of what the other brings back
    split(olga, other)
    assert sorted(category or "" for category, _ in rows(made).values()) == sorted([tea, tea, other])
    split(olga, one)
    assert rows(made) == before


def test_an_open_page_that_names_the_merged_category_is_understood(
    olga: TestClient, anna: TestClient, made: Labelling
) -> None:
    one, other, _tea = made.categories
    merge(olga, other, one)
    sent = anna.put(f"{API}/queries/{made.queries[0]}/annotation", json={"category_id": other})
    assert (sent.status_code, sent.json()["category_id"]) == (200, one)
    again = anna.put(f"{API}/queries/{made.queries[0]}/annotation", json={"category_id": other})
    assert again.json()["id"] == sent.json()["id"]
    direct = olga.put(f"{API}/images/{made.spare[0]}/annotation", json={"category_id": other})
    assert (direct.status_code, direct.json()["category_id"]) == (200, one)


def test_suggestions_of_open_queries_count_together(
    olga: TestClient, anna: TestClient, made: Labelling
) -> None:
    one, other, _tea = made.categories
    merge(olga, one, other)
    item = anna.post(f"{API}/rounds/{made.round_id}/leases", json={"count": 1}).json()["items"][0]
    assert item["suggestions"] == [{"category_id": other, "confidence": 1.0}]
    put(anna, item["query_id"], category_id=other)
    undone = anna.delete(f"{API}/queries/{item['query_id']}/annotation").json()
    assert undone["item"]["suggestion"]["category_id"] == other
    split(olga, one)
    item = anna.post(f"{API}/rounds/{made.round_id}/leases", json={"count": 1}).json()["items"][0]
    assert [each["category_id"] for each in item["suggestions"]] == [one, other]


def test_an_older_model_predicts_the_category_that_is_kept(olga: TestClient, made: Labelling) -> None:
    one, other, tea = made.categories
    key = publish(made, 1, [[0.3, 0.3, 0.4]] * 5)
    document = get_storage().read(f"{key}/images.json")
    end_round()
    predictions, export = (
        f"{API}/projects/{made.project_id}/predictions",
        f"{API}/projects/{made.project_id}/export",
    )
    assert {each["category_id"] for each in olga.get(predictions).json()["items"]} == {tea}
    merge(olga, other, one)
    item = olga.get(predictions).json()["items"][0]
    assert (item["category_id"], item["category"]) == (one, "Café")
    assert item["confidence"] == pytest.approx(0.6, abs=1e-6)
    exported = olga.get(export, params={"format": "json"}).json()
    assert exported["categories"] == ["Café", "tea"]
    assert {each["prediction"]["category"] for each in exported["images"]} == {"Café"}
    assert get_storage().read(f"{key}/images.json") == document
    split(olga, other)
    assert {each["category_id"] for each in olga.get(predictions).json()["items"]} == {tea}


def test_only_an_owner_merges_two_active_categories_of_one_project(
    olga: TestClient, anna: TestClient, made: Labelling
) -> None:
    one, other, tea = made.categories
    elsewhere = make_labelling(members={"olga": "owner"}).categories[0]
    assert merge(anna, one, other).status_code == 403
    assert split(anna, one).status_code == 403
    for into in (one, elsewhere, "0" * 32):
        answer = merge(olga, one, into)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "into")
    merge(olga, one, other)
    assert merge(olga, one, tea).status_code == 409
    assert merge(olga, other, one).status_code == 422
    for answer in (
        olga.patch(f"{API}/categories/{one}", json={"archived": False}),
        olga.post(f"{API}/projects/{made.project_id}/categories", json={"name": "CAFÉ"}),
    ):
        assert (answer.status_code, "Split it back" in answer.json()["detail"]) == (409, True)
    assert olga.delete(f"{API}/categories/{one}").status_code == 204
    assert categories(olga, made)[0]["merged_into"] == other


def answers_and_a_merge(olga: TestClient, anna: TestClient, made: Labelling) -> list[int]:
    """Return the statuses of answers that name a category, sent while it is merged into the other."""
    one, other = made.categories
    paths = [f"{API}/queries/{query}/annotation" for query in made.queries]
    paths.append(f"{API}/images/{made.spare[0]}/annotation")
    answers = [
        lambda path=path, person=person: person.put(path, json={"category_id": other}).status_code
        for path, person in zip(paths, [*[anna] * len(made.queries), olga], strict=True)
    ]
    return at_once([*answers, lambda: merge(olga, other, one).status_code])


def test_no_answer_is_left_at_a_category_that_is_merged_at_the_same_instant(
    olga: TestClient, anna: TestClient
) -> None:
    for _ in range(6):
        made = make_labelling(members=MEMBERS, images=4)
        assert set(answers_and_a_merge(olga, anna, made)) == {200}
        assert set(rows(made).values()) == {(made.categories[0], True)}
        assert len(rows(made)) == 5
