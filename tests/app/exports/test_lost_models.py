"""Files of steps that are gone from storage: the next older model predicts, and what is lost is named."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from fastapi.testclient import TestClient

from app.core.storage import get_storage
from tests.app.exports.conftest import publish
from tests.app.exports.test_later_images import jobs, later, upload
from tests.app.labelling_factory import Labelling

API = "/api/v1"
CERTAIN = [[0.0, 1.0]] * 5
FORMATS = ["csv", "json", "labelstudio", "labelstudio-config", "imagefolder"]
HARM: dict[str, Callable[[str], None]] = {
    "gone": lambda key: get_storage().delete(key),
    "empty": lambda key: get_storage().put(key, b""),
    "cut off": lambda key: get_storage().put(key, get_storage().read(key)[:-1]),
    "garbage": lambda key: get_storage().put(key, b"\xff" * 64),
}


def lose(made: Labelling, *names: str, how: str = "gone") -> list[dict[str, object]]:
    """Harm files of a second, newer step; returns what is to be said of them."""
    key = publish(made, 2, CERTAIN)
    for name in names:
        HARM[how](f"{key}/{name}")
    return [{"round_id": made.round_id, "round": 1, "step": 2, "files": list(names)}]


@pytest.mark.parametrize("how", HARM)
def test_the_next_older_model_predicts_and_the_lost_one_is_named(
    olga: TestClient, labelled: Labelling, how: str
) -> None:
    lost = lose(labelled, "step.safetensors", how=how)
    url = f"{API}/projects/{labelled.project_id}"
    page = olga.get(f"{url}/predictions").json()
    assert (page["model"]["step"], len(page["items"]), page["lost_models"]) == (1, 5, lost)
    report = olga.get(f"{url}/export/report").json()
    assert (report["model"]["step"], report["lost_models"]) == (1, lost)
    document = json.loads(olga.get(f"{url}/export?format=json").text)
    assert (document["model"]["step"], document["lost_models"]) == (1, lost)
    assert [olga.get(f"{url}/export?format={each}").status_code for each in FORMATS] == [200] * 5


@pytest.mark.parametrize("name", ["step.safetensors", "images.json"])
def test_uploads_go_on_without_any_usable_model(olga: TestClient, labelled: Labelling, name: str) -> None:
    get_storage().delete(f"steps/{labelled.round_id}-1/1/{name}")
    lost = [{"round_id": labelled.round_id, "round": 1, "step": 1, "files": [name]}]
    upload(olga, labelled.project_id, 1)
    assert jobs(labelled.project_id) == []
    url = f"{API}/projects/{labelled.project_id}"
    assert olga.get(f"{url}/predictions").json() == {
        "items": [], "next_cursor": None, "model": None, "lost_models": lost, "audited": 0,
    }  # fmt: skip
    assert [olga.get(f"{url}/export?format={each}").status_code for each in FORMATS] == [200] * 5
    assert olga.post(f"{url}/predict").status_code == 409
    answer = olga.get(f"{API}/rounds/{labelled.round_id}/model")
    assert (answer.status_code, name in answer.json()["detail"]) == (404, True)


def test_a_model_that_is_lost_after_it_was_used_is_used_no_more(
    olga: TestClient, labelled: Labelling
) -> None:
    url = f"{API}/projects/{labelled.project_id}/predictions"
    publish(labelled, 2, CERTAIN)
    assert olga.get(url).json()["model"]["step"] == 2
    lose(labelled, "images.json")
    assert olga.get(url).json()["model"]["step"] == 1


def test_later_predictions_that_are_lost_count_as_none(olga: TestClient, labelled: Labelling) -> None:
    upload(olga, labelled.project_id, 1)
    url = f"{API}/projects/{labelled.project_id}"
    images = olga.get(f"{url}/images").json()["items"]
    (new,) = {image["id"] for image in images} - {*labelled.images, *labelled.spare}
    later(labelled, labelled.step_id, [new], [])
    assert olga.get(f"{url}/export/report").json()["unpredicted"] == 0
    for key in list(get_storage().below(f"steps/{labelled.step_id}")):
        get_storage().delete(key)
    assert olga.get(f"{url}/export/report").json()["unpredicted"] == 1


def test_the_download_is_of_the_model_that_predicts(olga: TestClient, labelled: Labelling) -> None:
    for index in (1, 2):
        key = publish(labelled, index, CERTAIN)
        get_storage().put(f"{key}/model.safetensors", b"head of step %d" % index)
        get_storage().put(f"{key}/model.json", b'{"encoder": {"finetuned": false}}')
    get_storage().delete(f"{key}/step.safetensors")
    answer = olga.get(f"{API}/rounds/{labelled.round_id}/model")
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert archive.read("model.safetensors") == b"head of step 1"
        assert json.loads(archive.read("about.json"))["step"] == 1
