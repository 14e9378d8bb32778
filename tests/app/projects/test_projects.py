"""Projects, their numbers and who sees them."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.core.database import write_session
from app.core.models import Annotation, Encoder, Image, Project, Truth
from app.core.storage import get_storage
from app.core.storage.keys import image_key, thumbnail_key
from app.projects.image_counters import count_images
from tests.app.deletion import finish_deletions

SignIn = Callable[..., TestClient]


def new_project(client: TestClient, name: str = "Trash", **body: object) -> dict[str, object]:
    answer = client.post("/api/v1/projects", json={"name": name, "categories": ["glass", "metal"], **body})
    assert answer.status_code == 201
    project: dict[str, object] = answer.json()
    return project


def add_image(project_id: object, sha256: str, split: str = "pool", excluded: str | None = None) -> str:
    with write_session() as session:
        assert session.get(Project, project_id) is not None
        image = Image(
            project_id=project_id,
            sha256=sha256,
            filename="a.png",
            split=split,
            format="PNG",
            width=1,
            height=1,
            bytes=1,
            excluded=excluded,
        )
        session.add(image)
        session.flush()
        count_images(session, image.project_id, split, 1)
        for key in (image_key(sha256), thumbnail_key(sha256)):
            get_storage().put(key, b"1")
        return image.id


def test_makes_a_project_and_finds_it_again(client: TestClient) -> None:
    made = new_project(client, "  Trash photos ")
    assert made["name"] == "Trash photos"
    assert made["role"] == "owner"
    assert made["active_round_id"] is None
    assert client.get(f"/api/v1/projects/{made['id']}").json() == made
    assert client.get("/api/v1/projects").json()["items"] == [made]


def test_newest_project_comes_first_and_pages_end(client: TestClient) -> None:
    for number in range(3):
        new_project(client, f"project {number}")
    first = client.get("/api/v1/projects?limit=2").json()
    second = client.get("/api/v1/projects", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    names = [item["name"] for item in first["items"] + second["items"]]
    assert names == ["project 2", "project 1", "project 0"]
    assert second["next_cursor"] is None


def test_counts_come_from_the_rows(client: TestClient) -> None:
    project = new_project(client)
    glass, metal = (category["id"] for category in project["categories"])  # type: ignore[attr-defined]
    pool = [add_image(project["id"], f"{number:064x}") for number in range(4)]
    add_image(project["id"], "a" * 64, excluded="broken")
    test = add_image(project["id"], "b" * 64, split="test")
    common = {"project_id": project["id"], "version": 1}
    with write_session() as session:
        session.add_all(
            [
                Annotation(image_id=pool[0], category_id=glass, kind="indicator", **common),
                Annotation(image_id=pool[1], category_id=glass, kind="imported", **common),
                Annotation(image_id=pool[2], skip="broken", kind="imported", **common),
                Annotation(image_id=test, category_id=metal, kind="imported", **common),
                Truth(image_id=test, category_id=metal),
            ]
        )
    found = client.get(f"/api/v1/projects/{project['id']}").json()
    assert found["counts"] == {
        "pool": 5,
        "test": 1,
        "truths": 1,
        "labelled": 2,
        "weak": 0,
        "indicators": 1,
        "excluded": 1,
    }
    numbers = [(category["labels"], category["indicators"]) for category in found["categories"]]
    assert numbers == [(2, 1), (1, 0)]


def test_nobody_sees_a_foreign_project_not_even_an_admin(sign_in: SignIn) -> None:
    project = new_project(sign_in("olga"))
    for stranger in (sign_in("otto"), sign_in("ada", "admin")):
        assert stranger.get(f"/api/v1/projects/{project['id']}").status_code == 404
        assert stranger.get("/api/v1/projects").json()["items"] == []


@pytest.mark.parametrize("field", ["id", "role", "active_round_id", "created_by", "counts"])
def test_a_patch_changes_the_name_and_nothing_else(client: TestClient, field: str) -> None:
    path = f"/api/v1/projects/{new_project(client)['id']}"
    assert client.patch(path, json={"name": "New"}).json()["name"] == "New"
    assert client.patch(path, json={"name": "Other", field: "owner"}).status_code == 422
    assert client.get(path).json()["name"] == "New"


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\nb", "a\0b", 1, None])
def test_a_name_is_one_line_of_text(client: TestClient, name: object) -> None:
    assert client.post("/api/v1/projects", json={"name": name}).status_code == 422


def test_a_category_name_comes_once(client: TestClient) -> None:
    answer = client.post("/api/v1/projects", json={"name": "p", "categories": ["a", "a "]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "categories")
    assert client.get("/api/v1/projects").json()["items"] == []


def test_markup_stays_text(client: TestClient) -> None:
    name = "<img src=x onerror=alert(1)>"
    answer = client.post("/api/v1/projects", json={"name": name, "categories": [name]})
    assert answer.json()["name"] == answer.json()["categories"][0]["name"] == name
    assert answer.headers["content-type"] == "application/json"


def test_deleting_a_project_removes_only_blobs_that_no_other_project_uses(client: TestClient) -> None:
    first, second = new_project(client), new_project(client)
    add_image(first["id"], "a" * 64)
    add_image(first["id"], "b" * 64)
    add_image(second["id"], "b" * 64)
    assert client.delete(f"/api/v1/projects/{first['id']}").status_code == 204
    assert client.get(f"/api/v1/projects/{first['id']}").status_code == 404
    finish_deletions()
    storage = get_storage()
    assert [storage.exists(image_key(letter * 64)) for letter in "ab"] == [False, True]
    assert [storage.exists(thumbnail_key(letter * 64)) for letter in "ab"] == [False, True]
    assert client.get(f"/api/v1/projects/{second['id']}").json()["counts"]["pool"] == 1


def test_deleting_a_project_removes_weights_and_checkpoints(client: TestClient) -> None:
    project = new_project(client)
    with write_session() as session:
        encoder = Encoder(project_id=project["id"], name="TUP", kind="pretrain", config={})
        session.add(encoder)
        session.flush()
    keys = [f"{kind}/{encoder.id}/1/file" for kind in ("encoders", "pretraining")]
    for key in keys:
        get_storage().put(key, b"1")
    assert client.delete(f"/api/v1/projects/{project['id']}").status_code == 204
    finish_deletions()
    assert [get_storage().exists(key) for key in keys] == [False, False]


def test_a_second_project_of_a_name_gets_a_number_where_that_is_wanted(
    client: TestClient, sign_in: SignIn
) -> None:
    names = [new_project(client, "Trash", numbered=True)["name"] for _ in range(3)]
    assert [*names, new_project(client, "trash ", numbered=True)["name"]] == [
        "Trash",
        "Trash 2",
        "Trash 3",
        "trash 4",
    ]
    assert new_project(client, "Trash")["name"] == "Trash"
    assert new_project(sign_in("ben"), "Trash", numbered=True)["name"] == "Trash"
    long = "x" * 120
    assert [new_project(client, long, numbered=True)["name"] for _ in range(2)] == [long, "x" * 118 + " 2"]
