"""Which model predicts, whatever the ids and the clocks say: ids `f...` come after all others."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import write_session
from app.core.models import Round, Step
from app.core.storage import get_storage
from tests.app.exports.conftest import publish
from tests.app.labelling_factory import Labelling, add_round

API = "/api/v1"
LAST = "f" * 31
FIRST_IMAGE = {1: [[0.9, 0.1]] * 5, 2: [[0.1, 0.9]] * 5}


def shown(client: TestClient, made: Labelling) -> set[str]:
    """Return the categories that predictions and exports give; fails where they differ for an image."""
    items = client.get(f"{API}/projects/{made.project_id}/predictions").json()["items"]
    predicted = {item["image_id"]: item["category"] for item in items}
    base = f"{API}/projects/{made.project_id}/export?format="
    document = json.loads(client.get(f"{base}json").text)
    tasks = json.loads(client.get(f"{base}labelstudio").text)
    rows = csv.DictReader(io.StringIO(client.get(f"{base}csv").text.lstrip("\ufeff")))
    of_json = {image["id"]: image["prediction"]["category"] for image in document["images"]}
    of_tasks = {
        task["data"]["image_id"]: task["predictions"][0]["result"][0]["value"]["choices"][0] for task in tasks
    }
    of_csv = {row["image_id"]: row["predicted_category"].removeprefix("'") for row in rows}
    assert predicted == of_json == of_tasks == of_csv
    return set(predicted.values())


def test_every_format_says_which_model_predicted(olga: TestClient, labelled: Labelling) -> None:
    publish(labelled, 2, FIRST_IMAGE[2])
    accuracy = {"top1": 0.725, "mean_class": 0.7, "images": 40, "weighted": 0.71, "apart": None}
    with write_session() as session:
        session.execute(update(Step).where(Step.index == 2).values(accuracy=accuracy))
    base = f"{API}/projects/{labelled.project_id}"
    model = {"round_id": labelled.round_id, "round": 1, "step": 2, "accuracy": accuracy}
    assert olga.get(f"{base}/predictions").json()["model"] == model
    assert json.loads(olga.get(f"{base}/export?format=json").text)["model"] == model
    task = json.loads(olga.get(f"{base}/export?format=labelstudio").text)[0]
    assert task["data"]["model"] == model
    version = "round 1, step 2, accuracy 0.725 on 40 test images"
    assert task["predictions"][0]["model_version"] == version
    text = olga.get(f"{base}/export?format=csv").text.lstrip("\ufeff")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["model_round"], row["model_step"], row["model_accuracy"]) == ("1", "2", "0.725")


def names(client: TestClient, made: Labelling) -> list[str]:
    categories = client.get(f"{API}/projects/{made.project_id}").json()["categories"]
    return [category["name"] for category in categories]


def test_the_last_step_predicts_though_the_first_has_the_last_id(
    olga: TestClient, labelled: Labelling
) -> None:
    publish(labelled, 0, FIRST_IMAGE[1], step_id=f"{LAST}f")
    publish(labelled, 1, FIRST_IMAGE[1])
    publish(labelled, 2, FIRST_IMAGE[2], step_id="0" * 32)
    assert shown(olga, labelled) == {names(olga, labelled)[1]}


@pytest.mark.parametrize("state", ["done", "cancelled", "failed"])
def test_the_last_round_predicts_whatever_its_end(olga: TestClient, labelled: Labelling, state: str) -> None:
    publish(labelled, 0, FIRST_IMAGE[1], step_id=f"{LAST}f")
    publish(labelled, 9, FIRST_IMAGE[1], step_id=f"{LAST}e")
    add_round(labelled)
    publish(labelled, 0, FIRST_IMAGE[2], step_id="0" * 32)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    with (
        write_session() as session
    ):  # the clocks of two machines: all at once, or the second before the first
        session.execute(update(Round).values(created_at=moment, state=state))
        session.execute(update(Step).values(created_at=moment, finished_at=moment))
    assert shown(olga, labelled) == {names(olga, labelled)[1]}
    rounds = olga.get(f"{API}/projects/{labelled.project_id}/rounds?limit=1").json()
    assert [(row["id"], row["number"]) for row in rounds["items"]] == [(labelled.round_id, 2)]
    url = f"{API}/projects/{labelled.project_id}/rounds?limit=1&cursor={rounds['next_cursor']}"
    assert [row["number"] for row in olga.get(url).json()["items"]] == [1]


def test_a_round_that_has_no_model_yet_leaves_the_one_before(olga: TestClient, labelled: Labelling) -> None:
    publish(labelled, 2, FIRST_IMAGE[2])
    add_round(labelled)
    publish(labelled, 0, None, step_id=f"{LAST}f")
    assert shown(olga, labelled) == {names(olga, labelled)[1]}


def test_the_downloaded_model_is_the_one_that_predicts(olga: TestClient, labelled: Labelling) -> None:
    for index in (0, 2, 1):
        key = publish(labelled, index, FIRST_IMAGE[2], step_id=f"{LAST}{index}")
        get_storage().put(f"{key}/model.safetensors", b"head of step %d" % index)
        get_storage().put(f"{key}/model.json", b'{"encoder": {"finetuned": false}}')
    url = f"{API}/rounds/{labelled.round_id}/model"
    with zipfile.ZipFile(io.BytesIO(olga.get(url).content)) as archive:
        assert archive.read("model.safetensors") == b"head of step 2"


@pytest.mark.parametrize("lost", ["model.safetensors", "model.json", "encoder.safetensors"])
def test_a_model_of_which_a_file_is_lost_is_refused(olga: TestClient, labelled: Labelling, lost: str) -> None:
    key = publish(labelled, 1, FIRST_IMAGE[1])
    files = {
        "model.safetensors": b"head",
        "model.json": b'{"encoder": {"finetuned": true}}',
        "encoder.safetensors": b"encoder",
    }
    for name, content in files.items():
        get_storage().put(f"{key}/{name}", content)
    url = f"{API}/rounds/{labelled.round_id}/model"
    assert olga.get(url).status_code == 200
    get_storage().delete(f"{key}/{lost}")
    answer = olga.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert lost in answer.json()["detail"]
