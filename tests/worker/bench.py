"""A project of coloured images and a tiny encoder over HTTP, whose jobs run where the test says so."""

import io
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image as Pixels
from sqlalchemy import select

from app.core.database import read_session
from app.core.models import Job
from tests.worker.rows import get
from worker.jobs import runner

API = "/api/v1"
COLOURS = {"red": (200, 40, 40), "green": (40, 200, 40), "blue": (40, 40, 200)}


def picture(colour: str, number: int) -> bytes:
    """Return a PNG of noise around a colour."""
    noise = np.random.default_rng(sum(colour.encode()) + number).normal(0, 60, (24, 24, 3))
    buffer = io.BytesIO()
    Pixels.fromarray(np.clip(COLOURS[colour] + noise, 0, 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


class Bench:
    """A project with `images` images of each colour; `truth` names the colour of each image."""

    def __init__(self, client: TestClient, categories: list[str], *, images: int = 10) -> None:
        self.client = client
        made = self.call("POST", "/projects", json={"name": "Colours", "categories": categories})
        self.project: str = made["id"]
        self.categories = {each["name"]: each["id"] for each in made["categories"]}
        contents = {f"{colour}/{n}.png": picture(colour, n) for n in range(images) for colour in COLOURS}
        files = [("files", item) for item in contents.items()]
        place = f"/projects/{self.project}/images"
        self.call("POST", place, files=files, data={"split": "pool", "labels": "ignore"})
        listed = self.call("GET", place, params={"limit": 500})["items"]
        self.truth = {image["id"]: str(image["path"]).partition("/")[0] for image in listed}
        spec = {"kind": "timm", "name": "test_efficientnet", "pretrained": False, "image_size": 32}
        body = {"name": "tiny", "encoder": spec}
        self.encoder = self.call("POST", f"/projects/{self.project}/encoders", json=body)["id"]
        self.work()

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Return the answer's body; it has to be a good one."""
        answer = self.client.request(method, f"{API}{path}", **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def start(self, **config: Any) -> str:
        """Start a round and return its id; its job waits."""
        body = {"config": {"encoder_id": self.encoder, **config}}
        return str(self.call("POST", f"/projects/{self.project}/rounds", json=body)["id"])

    def queued(self) -> list[Job]:
        """Return the jobs that wait, oldest first."""
        with read_session() as session:
            return list(session.scalars(select(Job).where(Job.state == "queued").order_by(Job.id)))

    def work(self) -> None:
        """Run every job that waits, and those that follow from them."""
        while jobs := self.queued():
            runner.run(jobs[0].id)
            assert (get(Job, jobs[0].id).state, get(Job, jobs[0].id).error) == ("done", None)

    def round(self, round_id: str) -> dict[str, Any]:
        """Return the round as the service shows it."""
        return dict(self.call("GET", f"/rounds/{round_id}"))

    def steps(self, round_id: str) -> list[dict[str, Any]]:
        """Return the round's steps as the service shows them."""
        return list(self.call("GET", f"/rounds/{round_id}/steps"))

    def lease(self, round_id: str, count: int = 50) -> list[dict[str, Any]]:
        """Return what is handed out."""
        return list(self.call("POST", f"/rounds/{round_id}/leases", json={"count": count})["items"])

    def answer(self, item: dict[str, Any]) -> None:
        """Answer one query by the truth; its category is made where there is none."""
        name = self.truth[item["image"]["id"]]
        if name not in self.categories:
            made = self.call("POST", f"/projects/{self.project}/categories", json={"name": name})
            self.categories[name] = made["id"]
        body = {"category_id": self.categories[name]}
        self.call("PUT", f"/queries/{item['query_id']}/annotation", json=body)
