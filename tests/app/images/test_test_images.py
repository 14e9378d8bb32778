"""Test images are for measuring: who labels is not shown them in any way."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.app.images.files import new_project, upload

SignIn = Callable[..., TestClient]


@pytest.fixture
def project(client: TestClient) -> str:
    return new_project(client, "cat", "dog")


def member(sign_in: SignIn, client: TestClient, project: str, role: str) -> TestClient:
    other = sign_in(role)
    body = {"name": role, "role": role}
    assert client.put(f"/api/v1/projects/{project}/members", json=body).status_code == 200
    return other


def listed(client: TestClient, project: str, **filters: str) -> list[str]:
    answer = client.get(f"/api/v1/projects/{project}/images", params=filters)
    return [item["id"] for item in answer.json()["items"]]


@pytest.mark.parametrize(("role", "sees"), [("annotator", False), ("reviewer", True), ("owner", True)])
def test_annotators_neither_list_nor_open_test_images(
    client: TestClient, sign_in: SignIn, project: str, role: str, sees: bool
) -> None:
    pool, test = upload(client, project, 1), upload(client, project, 2, split="test")
    test = [image for image in test if image["split"] == "test"]
    other = member(sign_in, client, project, role)
    expected = [image["id"] for image in test] if sees else []
    assert listed(other, project, split="test") == expected
    assert set(listed(other, project)) == {*(image["id"] for image in pool), *expected}
    for part in ("", "/content", "/display", "/thumbnail"):
        assert other.get(f"/api/v1/images/{pool[0]['id']}{part}").status_code == 200
        answer = other.get(f"/api/v1/images/{test[0]['id']}{part}")
        assert answer.status_code == (200 if sees else 404)


def test_annotators_learn_nothing_of_test_images_from_labels(
    client: TestClient, sign_in: SignIn, project: str
) -> None:
    test = upload(client, project, 1, split="test")[0]
    anna = member(sign_in, client, project, "annotator")
    category = client.get(f"/api/v1/projects/{project}").json()["categories"][0]["id"]
    path = f"/api/v1/images/{test['id']}/annotation"
    assert anna.put(path, json={"category_id": category}).status_code == 404
    assert client.put(path, json={"category_id": category}).status_code == 422
