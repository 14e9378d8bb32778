"""Folders that an owner drops in the browser say what their images are, as imports from the disk do."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.images.files import categories_of, legacy_zip, new_project, png, zipped
from tests.app.images.test_import_conflicts import labels

HOLDOUT = {
    f"holdout/{name}/{n}.png": png(10 * n + len(name)) for name in ("glass", "metals") for n in range(6)
}


def upload(client: TestClient, project: str, files: dict[str, bytes], **fields: str) -> Any:
    parts = [("files", (name, content, "application/octet-stream")) for name, content in files.items()]
    return client.post(f"/api/v1/projects/{project}/images", files=parts, data=fields)


@pytest.mark.parametrize("as_zip", [True, False])
def test_an_owner_measures_by_the_folders_of_a_hold_out(client: TestClient, as_zip: bool) -> None:
    project = new_project(client)
    files = {"holdout.zip": zipped(HOLDOUT)} if as_zip else HOLDOUT
    answer = upload(client, project, files, split="test", labels="truth")
    assert (answer.status_code, answer.json()["labelled"]) == (201, 12)
    seen = client.get(f"/api/v1/projects/{project}").json()
    assert [each["name"] for each in seen["categories"]] == ["glass", "metals"]
    assert (seen["counts"]["truths"], seen["counts"]["test"]) == (12, 12)


def test_folders_are_labels_where_the_owner_says_so(client: TestClient) -> None:
    project = new_project(client, "Glass")
    assert upload(client, project, HOLDOUT).json()["labelled"] == 0
    answer = upload(client, project, HOLDOUT, labels="annotate").json()
    assert (answer["created"], answer["duplicates"], answer["labelled"]) == (0, 12, 12)
    assert set(labels(project, "annotate").values()) == {"Glass", "metals"}


def test_contradictions_are_found_between_requests_of_one_upload(client: TestClient) -> None:
    project = new_project(client)
    sent = {"labels": "annotate", "import_id": "one-drop"}
    assert (
        upload(client, project, {"cat/x.png": png(1), "cat/a.png": png(2)}, **sent).json()["conflicts"] == []
    )
    second = upload(client, project, {"dog/y.png": png(1)}, **sent).json()
    assert second["conflicts"] == [{"paths": ["cat/x.png", "dog/y.png"], "labels": ["cat", "dog"]}]
    assert labels(project, "annotate") == {"cat/a.png": "cat"}


def test_a_file_in_no_folder_is_stored_and_named(client: TestClient) -> None:
    answer = upload(client, new_project(client), {"loose.png": png(1)}, labels="annotate").json()
    assert (answer["created"], answer["labelled"]) == (1, 0)
    assert [each["path"] for each in answer["unlabelled"]] == ["loose.png"]
    assert answer["rejected"] == []


def test_new_categories_are_made_only_where_the_owner_wants_them(client: TestClient) -> None:
    project = new_project(client, "glass")
    answer = upload(client, project, HOLDOUT, labels="truth", split="test").json()
    assert (answer["labelled"], len(answer["unlabelled"]), len(answer["rejected"])) == (6, 6, 0)
    answer = upload(client, project, HOLDOUT, labels="truth", split="test", new_categories="true").json()
    assert answer["labelled"] == 6


def test_a_zip_whose_names_cannot_be_told_asks_for_the_code_page(client: TestClient) -> None:
    project, content = new_project(client), {"a.zip": legacy_zip({"猫/1.png": png(1)}, "gb18030")}
    refused = upload(client, project, content, labels="annotate")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "names_encoding")
    assert client.get(f"/api/v1/projects/{project}/images").json()["items"] == []
    assert (
        upload(client, project, content, labels="annotate", names_encoding="gb18030").json()["labelled"] == 1
    )
    assert upload(client, new_project(client), content).json()["created"] == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"split": "train"}, "split"), ({"labels": "maybe"}, "labels"), ({"colour": "red"}, "colour"),
        ({"import_id": "x" * 33}, "import_id"), ({"labels": "annotate", "split": "test"}, "labels"),
        ({"new_categories": "perhaps"}, "new_categories"), ({"names_encoding": "rot13"}, "names_encoding"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(client: TestClient, fields: dict[str, str], field: str) -> None:
    answer = upload(client, new_project(client), {"a.png": png()}, **fields)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_test_images_are_given_no_annotations(client: TestClient) -> None:
    project = new_project(client)
    upload(client, project, HOLDOUT, split="test")
    answer = upload(client, project, HOLDOUT | {"metals/new.png": png(999)}, labels="annotate").json()
    assert (answer["created"], answer["duplicates"], answer["labelled"]) == (1, 12, 1)
    assert {each["path"] for each in answer["unlabelled"]} == set(HOLDOUT)
    assert "test image" in answer["unlabelled"][0]["reason"]
    assert labels(project, "annotate") == {"metals/new.png": "metals"}


def test_a_folder_of_a_merged_category_whose_target_is_archived_stops_nothing(client: TestClient) -> None:
    project = new_project(client, "glass", "bottle", "other")
    ids = categories_of(client, project)
    client.post(f"/api/v1/categories/{ids['bottle']}/merge", json={"into": ids["glass"]})
    client.patch(f"/api/v1/categories/{ids['glass']}", json={"archived": True})
    answer = upload(client, project, {"bottle/a.png": png(1), "fresh/b.png": png(2)}, labels="annotate")
    assert (answer.status_code, answer.json()["labelled"]) == (201, 1)
    assert [each["path"] for each in answer.json()["unlabelled"]] == ["bottle/a.png"]
