"""Names of class folders, as Macs, Windows and people write them: one category for one name."""

import unicodedata
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.core.database import read_session
from app.core.models import Annotation, Category
from app.core.problems import Problem
from tests.app.images.conftest import Import
from tests.app.images.files import legacy_zip, new_project, png, zipped
from tests.app.images.test_imports import categories_of


def labels_of(project: str) -> dict[str, int]:
    statement = (
        select(Category.name, func.count(Annotation.id))
        .outerjoin(Annotation, Annotation.category_id == Category.id)
        .where(Category.project_id == project)
        .group_by(Category.id)
    )
    with read_session() as session:
        return dict(session.execute(statement).all())


def test_folders_of_a_mac_zip_meet_the_categories_that_were_typed(
    admin: TestClient, bring_in: Import
) -> None:
    project = new_project(admin, "Café", "Müll", "Cat")
    folders = (
        unicodedata.normalize("NFD", "Café"),
        unicodedata.normalize("NFD", "MÜLL"),
        "Cat",
        "cat ",
        "ca\u200bt",
    )
    bring_in(project, zipped({f"{folder}/{n}.png": png(n) for n, folder in enumerate(folders)}))
    assert labels_of(project) == {"Café": 1, "Müll": 1, "Cat": 3}


def test_folders_that_differ_in_case_make_one_category(admin: TestClient, bring_in: Import) -> None:
    project = new_project(admin)
    bring_in(project, zipped({"Dog/1.png": png(1), "dog/2.png": png(2), "DOG /3.png": png(3)}))
    assert [(name.casefold(), count) for name, count in labels_of(project).items()] == [("dog", 3)]


@pytest.mark.parametrize(
    ("page", "folder"),
    [
        ("gb18030", "猫咪照片"),
        ("cp932", "プラスチック"),
        ("cp866", "Кошка"),
        ("cp850", "Größe"),
        ("utf-8", "Müll"),
    ],
)
def test_names_in_a_legacy_code_page_are_read_as_written(
    admin: TestClient, bring_in: Import, page: str, folder: str
) -> None:
    project = new_project(admin)
    bring_in(project, legacy_zip({f"{folder}/1.png": png(1)}, page))
    assert categories_of(project) == [folder]


def test_where_the_code_page_cannot_be_told_the_import_asks_for_it(
    admin: TestClient, bring_in: Import
) -> None:
    project = new_project(admin)
    content = legacy_zip({"猫/1.png": png(1)}, "gb18030")
    with pytest.raises(Problem) as refused:
        bring_in(project, content)
    assert refused.value.field == "source.names_encoding"
    assert categories_of(project) == []
    bring_in(project, content, names_encoding="gb18030")
    assert labels_of(project) == {"猫": 1}


def test_a_code_page_in_which_the_names_are_not_written_is_refused(
    admin: TestClient, bring_in: Import
) -> None:
    content = legacy_zip({"狗/1.png": png(1)}, "gb18030")
    with pytest.raises(Problem, match="not written in utf-8"):
        bring_in(new_project(admin), content, names_encoding="utf-8")


@pytest.mark.parametrize("name", ["ca\u200bt", "\u202etac", "\u3164"])
def test_a_category_that_cannot_be_seen_is_refused(client: TestClient, name: str) -> None:
    project = new_project(client, "dog")
    answers = [
        client.post("/api/v1/projects", json={"name": "p", "categories": [name]}),
        client.post("/api/v1/projects", json={"name": name}),
        client.post(f"/api/v1/projects/{project}/categories", json={"name": name}),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert "invisible" in answer.json()["errors"][0]["reason"]


def test_categories_that_differ_in_case_or_composition_are_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/projects", json={"name": "p", "categories": ["Café", "dog", "CAFE\u0301"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "categories")
    project = new_project(client, "Café", "dog")
    path = f"/api/v1/projects/{project}/categories"
    assert client.post(path, json={"name": "cafe\u0301"}).status_code == 409
    dog = client.get(path).json()["items"][1]["id"]
    assert client.patch(f"/api/v1/categories/{dog}", json={"name": "CAFÉ"}).status_code == 409
    assert client.patch(f"/api/v1/categories/{dog}", json={"name": "Dog"}).json()["name"] == "Dog"


def test_a_user_is_one_whatever_the_case_of_the_name(sign_in: Callable[..., TestClient]) -> None:
    admin = sign_in("Zoë", "admin")
    made = admin.post("/api/v1/users", json={"name": "Rene\u0301", "password": "a long pass phrase"})
    assert made.json()["user"]["name"] == "René"
    assert admin.post("/api/v1/users", json={"name": "RENÉ"}).status_code == 409
    answer = admin.post(
        "/api/v1/sessions", json={"username": " rene\u0301", "password": "a long pass phrase"}
    )
    assert (answer.status_code, answer.json()["name"]) == (201, "René")
    project = new_project(admin)
    body = {"name": "RENE\u0301", "role": "annotator"}
    assert admin.put(f"/api/v1/projects/{project}/members", json=body).json()["name"] == "René"
