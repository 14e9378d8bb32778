"""A round that averages two encoders, over HTTP with the real step: page, exports and download agree."""

import io
import time
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image as Pixels
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.core.database import read_session, write_session
from app.core.models import Encoder, Job
from tests.app.deletion import finish_deletions
from tests.service.applied import DownloadedModel
from tests.worker.conftest import get
from tests.worker.in_process import child_in_this_process
from worker import watchdog
from worker.jobs import runner

__all__ = ["child_in_this_process"]
API = "/api/v1"
COLOURS = {"red": (128, 100, 100), "green": (100, 128, 100), "blue": (100, 100, 128)}
ENCODERS = [("test_efficientnet", 32), ("test_resnet", 48)]


def picture(colour: str, number: int) -> bytes:
    """Return a PNG of noise around a colour, which few labels do not teach a network of chance for sure."""
    noise = np.random.default_rng(sum(colour.encode()) + number).normal(0, 60, (24, 24, 3))
    buffer = io.BytesIO()
    Pixels.fromarray(np.clip(COLOURS[colour] + noise, 0, 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


class Desk:
    """A project of three colours with two encoders; `shown` are the contents of its images by id."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        made = self.call("POST", "/projects", json={"name": "Colours", "categories": list(COLOURS)})
        self.project: str = made["id"]
        self.categories = {each["name"]: each["id"] for each in made["categories"]}
        self.shown: dict[str, bytes] = {}
        self.truth: dict[str, str] = {}
        self.upload("pool", range(6))
        self.test = self.upload("test", range(100, 110))
        self.encoders = [self.encoder(*named) for named in ENCODERS]

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self.client.request(method, f"{API}{path}", **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def upload(self, split: str, numbers: range) -> list[str]:
        """Upload an image of each colour for each of `numbers`; returns their ids."""
        contents = {
            f"{colour}/{number}.png": picture(colour, number) for number in numbers for colour in COLOURS
        }
        files = [("files", item) for item in contents.items()]
        labels = "truth" if split == "test" else "ignore"
        self.call(
            "POST",
            f"/projects/{self.project}/images",
            files=files,
            data={"split": split, "labels": labels},
        )
        listed = self.call("GET", f"/projects/{self.project}/images", params={"limit": 500})["items"]
        found = [image for image in listed if image["path"] in contents and image["split"] == split]
        for image in found:
            self.shown[image["id"]] = contents[image["path"]]
            self.truth[image["id"]] = image["path"].partition("/")[0]
        return [image["id"] for image in found]

    def encoder(self, name: str, size: int) -> str:
        spec = {"kind": "timm", "name": name, "pretrained": False, "image_size": size}
        made = self.call("POST", f"/projects/{self.project}/encoders", json={"name": name, "encoder": spec})
        self.run(made["job_id"])
        return str(made["id"])

    def run(self, job_id: str) -> None:
        runner.run(job_id)
        assert (get(Job, job_id).state, get(Job, job_id).error) == ("done", None)

    def start(self) -> str:
        """Start a round of one step on both encoders, from two labels a colour; returns its id."""
        for colour, category in self.categories.items():
            for image in [each for each, shown in self.truth.items() if shown == colour][:2]:
                self.call("PUT", f"/images/{image}/annotation", json={"category_id": category})
        first, second = self.encoders
        config = {"schedule": [1], "encoder_id": first, "second_encoder_id": second}
        body = {"config": config}
        made = self.call("POST", f"/projects/{self.project}/rounds", json=body)
        assert made["config"]["second_encoder_id"] == second
        self.run(made["job_id"])
        return str(made["id"])

    def answer_all(self, round_id: str) -> None:
        leased = self.call("POST", f"/rounds/{round_id}/leases", json={"count": 9})["items"]
        for item in leased:
            category = self.categories[self.truth[item["image"]["id"]]]
            self.call("PUT", f"/queries/{item['query_id']}/annotation", json={"category_id": category})

    def predictions(self) -> dict[str, tuple[str, float]]:
        """Return (name of category, confidence) of each image, as our own JSON says."""
        answer = self.call("GET", f"/projects/{self.project}/export", params={"format": "json"})
        return {
            image["id"]: (image["prediction"]["category"], image["prediction"]["confidence"])
            for image in answer["images"]
            if image["prediction"]
        }

    def check(self, round_id: str) -> None:
        """Check the accuracy on the page, what is exported and what the download says against each other."""
        exported = self.predictions()
        right = np.mean([exported[image][0] == self.truth[image] for image in self.test])
        newest = [step for step in self.call("GET", f"/rounds/{round_id}/steps") if step["accuracy"]][-1]
        assert newest["accuracy"]["top1"] == pytest.approx(right)
        assert 0.4 < right < 1, "images that every model knows would prove little"
        model = DownloadedModel.of(self.client.get(f"{API}/rounds/{round_id}/model").content)
        assert len(model.halves) == 2
        names = {category: name for name, category in self.categories.items()}
        by_hand = model.predictions({image: self.shown[image] for image in exported})
        assert {image: names[by_hand[image][0]] for image in exported} == {
            image: category for image, (category, _) in exported.items()
        }
        confidences = [(by_hand[image][1], exported[image][1]) for image in exported]
        np.testing.assert_allclose(*zip(*confidences, strict=True), atol=2e-3)


def cancel_in_the_second_half(monkeypatch: pytest.MonkeyPatch, desk: Desk, job: str) -> None:
    """Run the job and cancel it while the second encoder embeds."""
    tell = watchdog.Watchdog.progress

    def cancelling(watching: watchdog.Watchdog, fraction: float, phase: str, message: str) -> None:
        if fraction > 0.5:
            desk.call("POST", f"/jobs/{job}/cancel")
            while True:
                watching.check()
                time.sleep(0.01)
        tell(watching, fraction, phase, message)

    with monkeypatch.context() as during:
        during.setattr(watchdog.Watchdog, "progress", cancelling)
        runner.run(job)
    assert get(Job, job).state == "cancelled"


@pytest.mark.timeout(600)
def test_page_exports_and_download_say_what_both_encoders_believe(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(client)
    round_id = desk.start()
    desk.check(round_id)
    later = set(desk.upload("pool", range(200, 202)))
    job = desk.call("POST", f"/projects/{desk.project}/predict")["id"]
    cancel_in_the_second_half(monkeypatch, desk, job)
    assert not later & desk.predictions().keys()
    desk.run(desk.call("POST", f"/projects/{desk.project}/predict")["id"])
    assert later <= desk.predictions().keys()
    desk.check(round_id)
    desk.answer_all(round_id)
    desk.run(desk.call("GET", f"/rounds/{round_id}")["job_id"])
    assert desk.call("GET", f"/rounds/{round_id}")["state"] == "done"
    desk.check(round_id)
    check_deleting(desk)


def check_deleting(desk: Desk) -> None:
    """Check that the second encoder of a round goes with its project only."""
    second = delete(Encoder).where(Encoder.id == desk.encoders[1])
    with pytest.raises(IntegrityError), write_session() as session:
        session.execute(second)
    assert desk.client.delete(f"{API}/projects/{desk.project}").status_code == 204
    assert desk.client.get(f"{API}/encoders/{desk.encoders[1]}").status_code == 404
    finish_deletions()
    with read_session() as session:
        assert session.get(Encoder, desk.encoders[1]) is None
