"""Answers that name their category, which is made by the first of them."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.at_once import at_once
from tests.app.labelling.test_labels import API, put
from tests.app.labelling_factory import Labelling, kept_answers


@pytest.fixture
def labelling(olga: TestClient, labelling: Labelling) -> Labelling:
    """Return a project of open categories whose round asks about three images."""
    opened = olga.patch(f"{API}/projects/{labelling.project_id}", json={"open_categories": True})
    assert (opened.json()["name"], opened.json()["open_categories"]) == ("Digits", True)
    return labelling


def listed(client: TestClient, labelling: Labelling) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(f"{API}/projects/{labelling.project_id}/categories").json()[
        "items"
    ]
    return items


def test_the_first_name_makes_the_category_with_the_next_key(anna: TestClient, labelling: Labelling) -> None:
    stored = put(anna, labelling.queries[0], category_name="  glass ")
    made = listed(anna, labelling)[-1]
    assert stored.status_code == 200
    assert (made["name"], made["shortcut"], made["labels"]) == ("glass", "1", 1)
    assert stored.json()["category_id"] == made["id"]
    assert kept_answers(labelling.queries[0]) == [(made["id"], 0, True)]


@pytest.mark.parametrize("again", ["GLASS", "glass ", "ｇｌａｓｓ", "\tglass"])
def test_a_name_that_differs_in_case_width_or_spaces_is_the_same(
    anna: TestClient, ben: TestClient, labelling: Labelling, again: str
) -> None:
    first = put(anna, labelling.queries[0], category_name="Glass").json()
    second = put(ben, labelling.queries[1], category_name=again)
    assert second.json()["category_id"] == first["category_id"]
    assert [each["name"] for each in listed(anna, labelling)] == ["digit 0", "digit 1", "Glass"]


def test_the_name_of_a_category_that_is_there_is_its(anna: TestClient, labelling: Labelling) -> None:
    stored = put(anna, labelling.queries[0], category_name="Digit 1").json()
    assert stored["category_id"] == labelling.categories[1]
    same = put(anna, labelling.queries[0], category_id=labelling.categories[1])
    assert same.json()["id"] == stored["id"]


def test_a_retry_under_its_key_makes_no_second_category(
    anna: TestClient, olga: TestClient, labelling: Labelling
) -> None:
    first = put(anna, labelling.queries[0], key="k", category_name="glas")
    category = first.json()["category_id"]
    assert olga.patch(f"{API}/categories/{category}", json={"name": "glass"}).status_code == 200
    again = put(anna, labelling.queries[0], key="k", category_name="glas")
    assert again.json() == first.json()
    assert [each["name"] for each in listed(anna, labelling)[2:]] == ["glass"]


def test_undo_leaves_the_category(anna: TestClient, labelling: Labelling) -> None:
    put(anna, labelling.queries[0], category_name="glass")
    assert anna.delete(f"{API}/queries/{labelling.queries[0]}/annotation").status_code == 200
    assert [(each["name"], each["labels"]) for each in listed(anna, labelling)[2:]] == [("glass", 0)]


def test_merged_and_archived_categories_keep_their_names(
    anna: TestClient, olga: TestClient, labelling: Labelling
) -> None:
    put(anna, labelling.queries[0], category_name="glas")
    made = listed(anna, labelling)[-1]["id"]
    kept = labelling.categories[0]
    assert olga.post(f"{API}/categories/{made}/merge", json={"into": kept}).status_code == 200
    assert put(anna, labelling.queries[1], category_name="glas").json()["category_id"] == kept
    assert (
        olga.patch(f"{API}/categories/{labelling.categories[1]}", json={"archived": True}).status_code == 200
    )
    back = put(anna, labelling.queries[2], category_name="digit 1").json()["category_id"]
    assert back == labelling.categories[1]
    assert [each["archived"] for each in listed(anna, labelling)] == [False, True, False]


def test_closed_projects_take_new_names_from_owners_only(
    anna: TestClient, olga: TestClient, labelling: Labelling
) -> None:
    path = f"{API}/projects/{labelling.project_id}"
    assert anna.post(f"{path}/categories", json={"name": "paper"}).status_code == 201
    olga.patch(path, json={"open_categories": False})
    assert put(anna, labelling.queries[0], category_name="glass").status_code == 403
    assert anna.post(f"{path}/categories", json={"name": "glass"}).status_code == 403
    assert kept_answers(labelling.queries[0]) == []
    assert put(anna, labelling.queries[0], category_name="PAPER").status_code == 200
    assert put(olga, labelling.queries[1], category_name="glass").status_code == 200


def test_an_answer_is_one_thing(anna: TestClient, labelling: Labelling) -> None:
    both = put(anna, labelling.queries[0], category_name="glass", category_id=labelling.categories[0])
    assert both.status_code == 422


def test_two_people_who_type_a_name_at_once_make_one_category(
    anna: TestClient, ben: TestClient, olga: TestClient, labelling: Labelling
) -> None:
    people = zip((anna, ben, olga), labelling.queries, strict=True)
    answers = at_once(
        [lambda who=who, query=query: put(who, query, category_name="glass") for who, query in people]
    )
    assert [each.status_code for each in answers] == [200] * 3
    assert len({each.json()["category_id"] for each in answers}) == 1
