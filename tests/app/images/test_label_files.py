"""Labels that an owner brings in a table."""

from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.images import label_upload, upload_turns
from app.images.import_labels import Given, LabelPlan, give_labels
from app.images.records import Tally
from tests.app.images.files import new_project, png
from tests.app.images.test_import_conflicts import labels
from tests.app.images.test_upload_labels import upload

FILES = {"a/1.png": png(1), "a/2.png": png(2), "b/1.png": png(3), "b/Caf\u00e9.png": png(4)}


@pytest.fixture
def project(client: TestClient) -> str:
    made = new_project(client, "cat")
    upload(client, made, FILES)
    return made


def send_table(client: TestClient, project: str, content: bytes, **fields: str) -> Any:
    file = {"file": ("labels.csv", content, "text/csv")}
    return client.post(f"/api/v1/projects/{project}/label-files", files=file, data=fields)


@pytest.mark.parametrize("kind", ["annotate", "truth"])
def test_a_table_labels_images_by_their_path_or_the_end_of_it(
    client: TestClient, project: str, kind: str
) -> None:
    table = "file,label\na/1.png,Cat\n2.png,dog\nb\\1.png,CAT\nb/Cafe\u0301.png,cat \n".encode()
    answer = send_table(client, project, table, labels=kind, new_categories="true").json()
    assert (answer["labelled"], answer["rejected"], answer["conflicts"]) == (4, [], [])
    assert labels(project, kind) == {
        "a/1.png": "cat",
        "a/2.png": "dog",
        "b/1.png": "cat",
        "b/Caf\u00e9.png": "cat",
    }


def test_a_table_says_what_it_could_not_do(client: TestClient, project: str) -> None:
    table = b"path;category\n1.png;cat\nz.png;cat\na/1.png;\na/2.png;cat\na/2.png;dog\nb/1.png;cat\n"
    answer = send_table(client, project, table).json()
    assert (answer["labelled"], labels(project, "annotate")) == (1, {"b/1.png": "cat"})
    assert answer["conflicts"] == [{"paths": ["a/2.png", "a/2.png"], "labels": ["cat", "dog"]}]
    reasons = {each["path"]: each["reason"] for each in answer["rejected"]}
    assert "2 images have this name" in reasons["1.png"]
    assert "no image" in reasons["z.png"]
    assert "No label" in reasons["a/1.png"]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_table_comes_as_spreadsheets_save_it(client: TestClient, project: str, codec: str) -> None:
    table = "file\tlabel\nb/Café.png\tMüsli\na/1.png\tKäse\na/2.png\tBrötchen\n".encode(codec)
    assert send_table(client, project, table).json()["labelled"] == 3


@pytest.mark.parametrize(
    ("content", "fields", "field"),
    [
        (b"", {}, "file"),
        (b"a,b\n1,2\n", {}, "file"),
        (b"file,label\na/1.png,cat\n", {"labels": "ignore"}, "labels"),
        ("file,label\na/1.png,狗\n".encode("gb18030"), {"encoding": "utf-8"}, "encoding"),
    ],
)
def test_a_table_that_cannot_be_read_changes_nothing(
    client: TestClient, project: str, content: bytes, fields: dict[str, str], field: str
) -> None:
    answer = send_table(client, project, content, **fields)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert labels(project, "annotate") == {}


def test_a_long_table_is_given_in_small_transactions(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def watched(session: Session, plan: LabelPlan, given: Sequence[Given], tally: Tally) -> None:
        sizes.append(len({each.image_id for each in given}))
        give_labels(session, plan, given, tally)

    monkeypatch.setattr(label_upload, "IMAGES_AT_ONCE", 3)
    monkeypatch.setattr(label_upload, "give_labels", watched)
    table = b"file,label\na/1.png,cat\na/2.png,dog\nb/1.png,cat\nCaf\xc3\xa9.png,cat\na/1.png,dog\n"
    answer = send_table(client, project, table).json()
    assert (sizes, answer["labelled"], len(answer["conflicts"])) == ([3, 1], 3, 1)
    assert labels(project, "annotate") == {"a/2.png": "dog", "b/1.png": "cat", "b/Café.png": "cat"}


def test_tables_wait_for_a_place_as_uploads_do(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_turns, "PLACES", 0)
    answer = send_table(client, project, b"file,label\na/1.png,cat\n")
    assert (answer.status_code, labels(project, "annotate")) == (429, {})


def test_a_table_that_is_too_long_is_refused(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_upload, "MAX_BYTES", 20)
    answer = send_table(client, project, b"file,label\na/1.png,cat\n")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "file")
