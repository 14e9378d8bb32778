"""Images that come after the model get a prediction without a label, in `/predictions` and every export."""

import json
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from fastapi.testclient import TestClient
from safetensors.numpy import save
from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.identifiers import new_id
from app.core.models import Job, LaterPredictions
from app.core.storage import get_storage
from app.images import upload as upload_of_images
from app.images.ingest import Entry, Lookup, Outcome, prepare_batches
from tests.app.exports.conftest import end_round
from tests.app.images.files import png
from tests.app.labelling_factory import Labelling, add_image, make_project

API = "/api/v1"


def later(made: Labelling, step_id: str, images: list[str], unreadable: list[str]) -> None:
    """Store what the model of a step says of later images, as the worker does."""
    key = f"steps/{step_id}/later-{new_id()}/1"
    chances = np.tile(np.array([[0.125, 0.875]], dtype=np.float32), (len(images), 1))
    get_storage().put(f"{key}/step.safetensors", save({"probabilities": chances}))
    document = {"images": images, "unreadable": unreadable, "categories": made.categories}
    get_storage().put(f"{key}/images.json", json.dumps(document).encode())
    with write_session() as session:
        session.add(LaterPredictions(step_id=step_id, artefacts_key=key))


def jobs(project_id: str) -> list[tuple[str, str]]:
    statement = select(Job.kind, Job.state).where(Job.project_id == project_id, Job.kind == "predict")
    with read_session() as session:
        return [(row.kind, row.state) for row in session.execute(statement)]


def upload(client: TestClient, project_id: str, shade: int) -> None:
    files = [("files", (f"{shade}.png", png(shade)))]
    answer = client.post(f"{API}/projects/{project_id}/images", files=files, data={"split": "pool"})
    assert answer.status_code == 201


def test_later_predictions_are_shown_and_exported(olga: TestClient, labelled: Labelling) -> None:
    first, second, lost = (add_image(labelled.project_id) for _ in range(3))
    url = f"{API}/projects/{labelled.project_id}"
    assert olga.get(f"{url}/export/report").json()["unpredicted"] == 3
    later(labelled, labelled.step_id, [first, lost], [lost])
    later(labelled, labelled.step_id, [second], [])
    items = olga.get(f"{url}/predictions").json()["items"]
    found = {item["image_id"]: (item["category_id"], item["confidence"]) for item in items}
    assert found[first] == found[second] == (labelled.categories[1], 0.875)
    assert lost not in found
    document = json.loads(olga.get(f"{url}/export?format=json").text)
    exported = {image["id"]: image["prediction"] for image in document["images"]}
    assert (exported[first]["confidence"], exported[lost]) == (0.875, None)
    report = olga.get(f"{url}/export/report").json()
    assert (report["images"], report["unpredicted"], report["unreadable"]) == (8, 0, 1)


def test_one_job_waits_however_often_it_is_asked_for(olga: TestClient, labelled: Labelling) -> None:
    url = f"{API}/projects/{labelled.project_id}/predict"
    first = olga.post(url)
    assert (first.status_code, first.json()["kind"]) == (202, "predict")
    assert olga.post(url).json()["id"] == first.json()["id"]
    with write_session() as session:
        session.get_one(Job, first.json()["id"]).state = "running"
    assert olga.post(url).json()["id"] != first.json()["id"]
    assert sorted(jobs(labelled.project_id)) == [("predict", "queued"), ("predict", "running")]


def test_what_a_broken_upload_has_stored_is_predicted(
    olga: TestClient, labelled: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_round()  # while one runs, images are embedded first

    def breaks(entries: Iterable[Entry], known: Lookup) -> Iterator[list[Outcome]]:
        yield next(iter(prepare_batches(entries, known)))
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(upload_of_images, "prepare_batches", breaks)
    with pytest.raises(RuntimeError):
        upload(olga, labelled.project_id, 1)
    assert jobs(labelled.project_id) == [("predict", "queued")]


def test_uploads_are_predicted_by_one_job(olga: TestClient, labelled: Labelling) -> None:
    end_round()
    for shade in (1, 2):
        upload(olga, labelled.project_id, shade)
    assert jobs(labelled.project_id) == [("predict", "queued")]
    upload(olga, labelled.project_id, 2)
    assert jobs(labelled.project_id) == [("predict", "queued")]


def test_a_job_that_began_by_itself_is_that_of_who_asks_for_it(olga: TestClient, labelled: Labelling) -> None:
    upload(olga, labelled.project_id, 3)
    asked = olga.post(f"{API}/projects/{labelled.project_id}/predict").json()["id"]
    with read_session() as session:
        assert session.get_one(Job, asked).created_by == olga.get(f"{API}/me").json()["id"]
    assert jobs(labelled.project_id) == [("predict", "queued")]


def test_without_a_model_nothing_is_predicted(olga: TestClient) -> None:
    made = make_project()
    upload(olga, made.project_id, 1)
    assert jobs(made.project_id) == []
    answer = olga.post(f"{API}/projects/{made.project_id}/predict")
    assert answer.status_code == 409
    assert "no model" in answer.json()["detail"]


@pytest.mark.parametrize("format", ["csv", "json", "labelstudio"])
def test_images_that_are_not_stored_are_listed(olga: TestClient, labelled: Labelling, format: str) -> None:
    url = f"{API}/projects/{labelled.project_id}"
    rows = json.loads(olga.get(f"{url}/export?format=json").text)["images"]
    there = rows[0]
    get_storage().put(f"images/{there['sha256'][:2]}/{there['sha256']}", b"image")
    report = olga.get(f"{url}/export/report").json()
    assert (report["images"], report["missing"]) == (5, 4)
    gone = [row["image_id"] for row in report["missing_images"]]
    assert gone == [row["id"] for row in rows if row["id"] != there["id"]]
    text = olga.get(f"{url}/export?format={format}").text
    assert (
        text.count({"csv": ",no,", "json": '"stored":false', "labelstudio": '"stored": false'}[format]) == 4
    )


def test_annotators_neither_predict_nor_ask_what_is_missing(anna: TestClient, labelled: Labelling) -> None:
    url = f"{API}/projects/{labelled.project_id}"
    assert anna.post(f"{url}/predict").status_code == 403
    assert anna.get(f"{url}/export/report").status_code == 403
