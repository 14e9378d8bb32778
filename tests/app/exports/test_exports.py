import csv
import io
import json
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.config import get_settings
from app.core.database import write_session
from app.core.models import Encoder
from app.core.storage import get_storage
from app.exports.file_names import folder_names
from app.exports.formats import FORMATS
from app.exports.tables import inert
from tests.app.exports.conftest import NAMES, end_round, publish
from tests.app.labelling_factory import Labelling

API = "/api/v1"


def export(client: TestClient, made: Labelling, kind: str) -> Any:
    answer = client.get(f"{API}/projects/{made.project_id}/export?format={kind}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return answer


def table(client: TestClient, made: Labelling) -> list[dict[str, str]]:
    content = export(client, made, "csv").content
    assert content.startswith(b"\xef\xbb\xbfimage_id,filename,path,")
    lines = content.split(b"\n")
    assert all(line.endswith(b"\r") for line in lines[:-1])
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_csv_row_says_where_a_label_comes_from(olga: TestClient, labelled: Labelling) -> None:
    rows = table(olga, labelled)
    assert [row["image_id"] for row in rows] == [*labelled.images, *labelled.spare]
    label = rows[0]
    assert (label["kind"], label["step"], label["cluster_size"]) == ("query", "1", "41")
    assert (label["annotator"], label["seconds"], label["version"]) == ("anna", "2.5", "2")
    assert (label["suggestion_confidence"], label["predicted_confidence"]) == ("0.9", "0.75")
    assert (rows[3]["kind"], rows[3]["step"], rows[3]["annotator"]) == ("indicator", "", "")
    assert rows[2]["category"] == ""
    assert rows[2]["predicted_category"] == rows[0]["predicted_category"]


def test_no_cell_is_a_formula(olga: TestClient, labelled: Labelling) -> None:
    row = table(olga, labelled)[0]
    assert row["category"] == row["suggestion"] == row["predicted_category"] == f"'{NAMES[0]}"
    assert row["filename"] == "'-1+1.png"
    assert row["path"] == "'＝1/-1+1.png"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a=1", "a=1"),
        ("", ""),
        (-1, -1),
        (None, None),
        ("@a", "'@a"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("﹦1", "'﹦1"),
        ("−1", "'−1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("\t=1", "'\t'=1"),
        ("  =1", "'  =1"),
        ("\u3000\u200b\ufeff＝1", "'\u3000\u200b\ufeff＝1"),
        ('"=1', "'\"=1"),
        ("\x00=1", "'\x00=1"),
        ("x;=1", "x;'=1"),
        ('x;" =1', "x;'\" =1"),
        ("x\r\n=1", "x\r\n'=1"),
        ("x; y", "x; y"),
        ("Café, -1", "Café, -1"),
    ],
)
def test_a_cell_that_a_spreadsheet_takes_for_a_formula_is_text(value: object, kept: object) -> None:
    assert inert(value) == kept
    assert inert(kept) == kept


def test_truths_stay_until_the_rounds_have_ended(
    olga: TestClient, anna: TestClient, labelled: Labelling
) -> None:
    assert "truth" not in table(olga, labelled)[0]
    assert json.loads(export(olga, labelled, "json").text)["images"][0]["truth"] is None
    end_round()
    assert table(olga, labelled)[0]["truth"] == NAMES[1]
    reviewer = {"name": "anna", "role": "reviewer"}
    assert olga.put(f"{API}/projects/{labelled.project_id}/members", json=reviewer).status_code == 200
    assert "truth" not in table(anna, labelled)[0]
    assert json.loads(export(anna, labelled, "json").text)["images"][0]["truth"] is None


def test_json_has_every_standing_answer(olga: TestClient, labelled: Labelling) -> None:
    document = json.loads(export(olga, labelled, "json").text)
    assert document["categories"] == NAMES
    first = document["images"][0]
    assert [label["category"] for label in first["labels"]] == [NAMES[0]]
    assert first["labels"][0]["suggestion"] == {"category": NAMES[0], "confidence": 0.9}
    assert first["prediction"] == {"category": NAMES[0], "confidence": 0.75}
    assert document["images"][2]["labels"] == []


def test_label_studio_tasks(olga: TestClient, labelled: Labelling) -> None:
    tasks = json.loads(export(olga, labelled, "labelstudio").text)
    assert [task["id"] for task in tasks] == [1, 2, 3, 4, 5]
    first = tasks[0]
    assert first["data"]["image"].startswith(
        f"http://testserver/api/v1/images/{labelled.images[0]}/shared?expires="
    )
    assert first["data"]["label"]["step"] == 1
    (annotation,) = first["annotations"]
    assert annotation["lead_time"] == 2.5
    assert annotation["result"] == [
        {"from_name": "label", "to_name": "image", "type": "choices", "value": {"choices": [NAMES[0]]}}
    ]
    assert first["predictions"][0]["score"] == 0.75
    assert tasks[2]["annotations"] == []


@pytest.mark.parametrize(
    ("settings", "site"),
    [
        ({"EIGENLABEL_ROOT_PATH": "/labels"}, "http://testserver/labels"),
        ({"EIGENLABEL_PUBLIC_URL": "https://tools.example/labels"}, "https://tools.example/labels"),
    ],
)
def test_label_studio_finds_images_where_people_reach_the_service(
    olga: TestClient,
    labelled: Labelling,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str],
    site: str,
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    (first, *_) = json.loads(export(olga, labelled, "labelstudio").text)
    assert first["data"]["image"].startswith(f"{site}/api/v1/images/{labelled.images[0]}/shared?")


def test_image_folders_have_safe_names(olga: TestClient, labelled: Labelling) -> None:
    rows = {row["image_id"]: row for row in table(olga, labelled)}
    present = [*labelled.images[:1], labelled.spare[0]]
    for image_id in present:
        sha256 = rows[image_id]["sha256"]
        get_storage().put(f"images/{sha256[:2]}/{sha256}", image_id.encode())
    answer = export(olga, labelled, "imagefolder")
    content = answer.content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        stored = {name: archive.read(name).decode() for name in archive.namelist()}
    one, other = folder_names(NAMES).values()
    assert len(stored.pop("train/metadata.csv").splitlines()) == 3
    labels = list(csv.DictReader(io.StringIO(stored.pop("labels.csv").removeprefix("\ufeff"))))
    assert [label["image_id"] for label in labels] == present
    lost = list(csv.DictReader(io.StringIO(stored.pop("missing.csv").removeprefix("\ufeff"))))
    assert [row["image_id"] for row in lost] == [labelled.images[1]]
    assert stored == {
        f"train/{one}/＝1/-1+1.png": present[0],
        f"train/{other}/{rows[present[1]]['filename']}": present[1],
    }


@pytest.mark.parametrize(
    ("category", "folder"),
    [
        ("cats", "cats"),
        ("../../etc", "_.._etc"),
        ("a/b\\c", "a_b_c"),
        ("..", "_"),
        ("CON", "_CON"),
        ("\x00\u202egnp", "__gnp"),
        ("x" * 300, "x" * 80),
        ("None", "_None"),
        ("n/a", "n_a"),
        ("-rf", "_-rf"),
        ("a;b", "a_b"),
    ],
)
def test_folder_names(category: str, folder: str) -> None:
    assert folder_names([category]) == {category: folder}


def test_folder_names_are_distinct() -> None:
    names = folder_names(["A/b", "a\\B", "a_b-2", "a:b"])
    assert len({name.casefold() for name in names.values()}) == 4


def test_annotators_do_not_export(anna: TestClient, labelled: Labelling) -> None:
    assert anna.get(f"{API}/projects/{labelled.project_id}/export?format=csv").status_code == 403
    assert anna.get(f"{API}/rounds/{labelled.round_id}/model").status_code == 403


def test_an_unknown_format_is_refused(olga: TestClient, labelled: Labelling) -> None:
    refused = olga.get(f"{API}/projects/{labelled.project_id}/export?format=pickle")
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["field"] == "format"
    assert ", ".join(FORMATS) in error["reason"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_of_the_table_is_a_download_of_its_name(
    olga: TestClient, labelled: Labelling, name: str
) -> None:
    answer = olga.get(f"{API}/projects/{labelled.project_id}/export?format={name}")
    assert answer.headers["content-type"].startswith(FORMATS[name].media_type)
    assert answer.headers["content-disposition"].endswith(
        f'filename="eigenlabel-{labelled.project_id}{FORMATS[name].suffix}"'
    )
    assert len(answer.content) > 100


def test_the_schema_names_every_format_with_its_words(olga: TestClient) -> None:
    paths = olga.get("/api/openapi.json").json()["paths"]
    parameters = paths[f"{API}/projects/{{project_id}}/export"]["get"]["parameters"]
    (schema,) = [each["schema"] for each in parameters if each["name"] == "format"]
    assert schema["enum"] == list(FORMATS)
    assert schema["x-titles"].keys() == schema["x-hints"].keys() == FORMATS.keys()


def test_the_newest_model_comes_with_its_encoder(olga: TestClient, labelled: Labelling) -> None:
    url = f"{API}/rounds/{labelled.round_id}/model"
    assert olga.get(url).status_code == 404
    key = publish(labelled, 1, [[1.0, 0.0]] * 5)
    get_storage().put(f"{key}/model.safetensors", b"head")
    description = b'{"encoder": {"finetuned": false}}'
    get_storage().put(f"{key}/model.json", description)
    weights = f"encoders/{labelled.encoder_id}/1/encoder.safetensors"
    get_storage().put(weights, b"encoder")
    with write_session() as session:
        session.execute(update(Encoder).values(weights_key=weights))
    publish(labelled, 2, None)
    with zipfile.ZipFile(io.BytesIO(olga.get(url).content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    about = {"round_id": labelled.round_id, "round": 1, "step": 1, "accuracy": None}
    assert json.loads(files.pop("about.json")) == about
    assert files == {
        "model.safetensors": b"head",
        "model.json": description,
        "encoder.safetensors": b"encoder",
    }
