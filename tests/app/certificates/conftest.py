"""A project that a model has labelled, with its truth: a few labels are wrong, a few were given by people."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from safetensors.numpy import save

from app.core.database import now, write_session
from app.core.identifiers import new_id
from app.core.models import Annotation, Round, Step
from app.core.storage import get_storage
from ml.config import RoundConfig
from tests.app.labelling_factory import Labelling, make_project

IMAGES, WRONG, LABELLED = 120, 2, 20
CATEGORIES = 3


@dataclass
class Collection:
    """A project; `truth` and `called`, by the newest model, are places of categories by image id."""

    made: Labelling
    truth: dict[str, int]
    called: dict[str, int] = field(default_factory=dict)

    @property
    def project_id(self) -> str:
        """Return its id."""
        return self.made.project_id

    @property
    def url(self) -> str:
        """Return where its resources are."""
        return f"/api/v1/projects/{self.project_id}"

    def category(self, place: int) -> str:
        """Return the id of a category."""
        return self.made.categories[place]

    def train(self, wrong: int, number: int = 1) -> str:
        """Let round `number` have trained a model that is wrong about the last `wrong` images; its step."""
        images = list(self.truth)
        self.called = {
            image: (self.truth[image] + (place >= len(images) - wrong)) % CATEGORIES
            for place, image in enumerate(images)
        }
        round_id, step_id = new_id(), new_id()
        key = f"steps/{step_id}/1"
        probabilities = np.full((len(images), CATEGORIES), 0.1, dtype=np.float32)
        probabilities[np.arange(len(images)), list(self.called.values())] = 0.8
        document = {"images": images, "pool": len(images), "categories": self.made.categories}
        get_storage().put(f"{key}/step.safetensors", save({"probabilities": probabilities}))
        get_storage().put(f"{key}/images.json", json.dumps(document).encode())
        with write_session() as session:
            config = RoundConfig(schedule=[1], encoder_id=self.made.encoder_id).model_dump(mode="json")
            ends = {"state": "done", "finished_at": now()}
            row = {"project_id": self.project_id, "number": number, "encoder_id": self.made.encoder_id}
            session.add(Round(id=round_id, config=config, budget=3, **row, **ends))
            session.flush()
            row = {"round_id": round_id, "index": 1, "state": "done", "artefacts_key": key}
            session.add(Step(id=step_id, **row))
        return step_id

    def label(self, image_id: str, category_id: str, kind: str = "indicator") -> None:
        """Let somebody have labelled an image."""
        with write_session() as session:
            row = {"project_id": self.project_id, "image_id": image_id, "category_id": category_id}
            session.add(Annotation(kind=kind, annotator_id="gone", **row))

    def start(self, client: TestClient, **body: Any) -> dict[str, Any]:
        """Return a new audit."""
        answer = client.post(f"{self.url}/audits", json={"goal": 0.05} | body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def answer(self, client: TestClient, audit_id: str, item: dict[str, Any], **said: Any) -> dict[str, Any]:
        """Answer an image that was handed out by the truth, or as `said`; returns the audit."""
        said = said or {"category_id": self.category(self.truth[item["image"]["id"]])}
        answer = client.put(f"/api/v1/audits/{audit_id}/items/{item['item_id']}", json=said)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["audit"]
        return found

    def audit(self, client: TestClient, audit_id: str, most: int = 10_000) -> dict[str, Any]:
        """Answer by truth until the audit ends, or `most` answers were given; returns the audit."""
        found: dict[str, Any] = client.get(f"/api/v1/audits/{audit_id}").json()
        while found["state"] == "open" and most > 0:
            items = leases(client, audit_id, min(most, 10))
            if not items:
                break
            for item in items:
                if found["state"] == "open":
                    found = self.answer(client, audit_id, item)
            most -= len(items)
        return found

    def certificates(self, client: TestClient) -> dict[str, Any]:
        """Return what is certified."""
        found: dict[str, Any] = client.get(f"{self.url}/certificates").json()
        return found


def lease(client: TestClient, audit_id: str) -> dict[str, Any] | None:
    """Return the next image of an audit, None where there is none."""
    return next(iter(leases(client, audit_id, 1)), None)


def leases(client: TestClient, audit_id: str, count: int) -> list[dict[str, Any]]:
    """Return the next images of an audit."""
    answer = client.post(f"/api/v1/audits/{audit_id}/leases", json={"count": count})
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.fixture
def collection(olga: TestClient, anna: TestClient, ben: TestClient) -> Collection:
    """Return a project of olga's, of ben's who reviews, and of anna's who annotates."""
    members = {"olga": "owner", "anna": "annotator", "ben": "reviewer"}
    made = make_project(members=members, categories=CATEGORIES, images=IMAGES, spare=0)
    found = Collection(made, {image: place % CATEGORIES for place, image in enumerate(sorted(made.images))})
    found.train(WRONG)
    for image in list(found.truth)[:LABELLED]:
        found.label(image, found.category(found.truth[image]))
    return found
