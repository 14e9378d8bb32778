"""Categories: names, keys and order."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.core.database import write_session
from app.core.models import Annotation
from app.projects.shortcuts import KEYS, default_shortcuts
from tests.app.projects.test_projects import add_image, new_project


def names_and_keys(client: TestClient, project: dict[str, Any]) -> list[tuple[str, str | None]]:
    items = client.get(f"/api/v1/projects/{project['id']}/categories").json()["items"]
    return [(item["name"], item["shortcut"]) for item in items if not item["archived"]]


def test_digits_label_the_digits(client: TestClient) -> None:
    project = new_project(client, categories=[str(digit) for digit in range(10)])
    assert names_and_keys(client, project) == [(str(digit), str(digit)) for digit in range(10)]


def test_others_get_the_free_keys_in_order(client: TestClient) -> None:
    assert default_shortcuts(["cat", "2", "dog", "emu"]) == ["1", "2", "3", "4"]
    assert default_shortcuts(["cat", "dog"], taken="13") == ["2", "4"]


@given(st.lists(st.text(max_size=2), unique=True, max_size=60), st.sets(st.sampled_from(KEYS)))
def test_no_key_is_given_twice(names: list[str], taken: set[str]) -> None:
    given_keys = [key for key in default_shortcuts(names, taken) if key]
    assert len(given_keys) == len(set(given_keys)) == min(len(names), len(KEYS) - len(taken))
    assert not taken & set(given_keys)


def test_adds_renames_moves_and_deletes(client: TestClient) -> None:
    project = new_project(client, categories=["a", "b", "c"])
    made = client.post(f"/api/v1/projects/{project['id']}/categories", json={"name": "d"})
    assert (made.status_code, made.json()["shortcut"], made.json()["position"]) == (201, "4", 3)
    path = f"/api/v1/categories/{made.json()['id']}"
    moved = client.patch(path, json={"name": "first", "position": 0, "shortcut": "9"}).json()
    assert (moved["name"], moved["position"], moved["shortcut"]) == ("first", 0, "9")
    assert names_and_keys(client, project) == [("first", "9"), ("a", "1"), ("b", "2"), ("c", "3")]
    assert client.patch(path, json={"position": 500}).json()["position"] == 3
    assert client.patch(path, json={"shortcut": None}).json()["shortcut"] is None
    assert client.delete(path).status_code == 204
    assert [name for name, _key in names_and_keys(client, project)] == ["a", "b", "c"]


@pytest.mark.parametrize(("body", "field"), [({"name": "b"}, "name"), ({"shortcut": "2"}, "shortcut")])
def test_a_name_and_a_key_belong_to_one_category(
    client: TestClient, body: dict[str, str], field: str
) -> None:
    project: Any = new_project(client, categories=["a", "b"])
    changed = client.patch(f"/api/v1/categories/{project['categories'][0]['id']}", json=body)
    added = client.post(f"/api/v1/projects/{project['id']}/categories", json={"name": "x", **body})
    for answer in (changed, added):
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, field)
    assert names_and_keys(client, project) == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize("key", ["c", "z", "Z", " ", "ab", "?", ""])
def test_keys_of_the_page_are_no_shortcuts(client: TestClient, key: str) -> None:
    project: Any = new_project(client)
    path = f"/api/v1/categories/{project['categories'][0]['id']}"
    assert client.patch(path, json={"shortcut": key}).status_code == 422


def test_a_used_category_is_archived_and_can_come_back(client: TestClient) -> None:
    project: Any = new_project(client)
    glass = project["categories"][0]["id"]
    image = add_image(project["id"], "a" * 64)
    with write_session() as session:
        row = Annotation(project_id=project["id"], image_id=image, category_id=glass, kind="indicator")
        session.add(row)
    assert client.delete(f"/api/v1/categories/{glass}").status_code == 204
    archived = client.get(f"/api/v1/projects/{project['id']}").json()["categories"][0]
    assert (archived["archived"], archived["labels"], archived["shortcut"]) == (True, 1, None)
    back = client.post(f"/api/v1/projects/{project['id']}/categories", json={"name": "glass"}).json()
    assert (back["id"], back["archived"], back["labels"]) == (glass, False, 1)


def test_an_archived_category_is_listed_and_comes_back_as_it_was(client: TestClient) -> None:
    project: Any = new_project(client, categories=["a", "b", "c"])
    listing = f"/api/v1/projects/{project['id']}/categories"
    before = client.get(listing).json()["items"]
    path = f"/api/v1/categories/{before[1]['id']}"
    gone = client.patch(path, json={"archived": True}).json()
    assert (gone["archived"], gone["shortcut"]) == (True, None)
    assert [each["name"] for each in client.get(listing, params={"archived": True}).json()["items"]] == ["b"]
    assert [each["name"] for each in client.get(listing, params={"archived": False}).json()["items"]] == [
        "a",
        "c",
    ]
    assert client.patch(path, json={"archived": False, "shortcut": "2"}).status_code == 200
    assert client.get(listing).json()["items"] == before


def test_a_category_that_comes_back_takes_no_key_from_another(client: TestClient) -> None:
    project: Any = new_project(client, categories=["a", "b"])
    ids = [each["id"] for each in project["categories"]]
    client.patch(f"/api/v1/categories/{ids[0]}", json={"archived": True})
    client.patch(f"/api/v1/categories/{ids[1]}", json={"shortcut": "1"})
    back = f"/api/v1/categories/{ids[0]}"
    assert client.patch(back, json={"archived": False, "shortcut": "1"}).status_code == 409
    assert client.get(f"/api/v1/projects/{project['id']}").json()["categories"][0]["archived"]
    assert client.patch(back, json={"archived": False}).json()["shortcut"] == "2"
