"""A project with a finished round, whose review has pages of up to four images."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.database import write_session
from app.core.models import Encoder, Round
from tests.app.conftest import MEMBERS
from tests.app.exports.conftest import publish
from tests.app.labelling_factory import Labelling, add_round, make_project
from tests.app.review.fitting import Model, pool_of

API = "/api/v1"
ENCODER = {"kind": "bundled", "name": "efficientnet_lite0"}


@pytest.fixture
def made(olga: TestClient, anna: TestClient, ben: TestClient) -> Labelling:
    """Return a project of the three with 24 images and a model, none of them labelled."""
    made = add_round(make_project(members=MEMBERS, categories=3, images=23, spare=1))
    with write_session() as session:
        session.get_one(Round, made.round_id).state = "done"
        session.get_one(Encoder, made.encoder_id).config = ENCODER
    publish(made, 1, [[0.8, 0.1, 0.1]] * 24)
    return made


@pytest.fixture
def model(made: Labelling) -> Model:
    """Return a model that calls one image in three the second category."""
    return Model(made, {image: int(place % 3 == 0) for place, image in enumerate(pool_of(made))})


@pytest.fixture
def start(olga: TestClient, made: Labelling, model: Model) -> Callable[..., str]:
    """Return a function that starts a review, has the model make its pages and returns the review's id."""

    def start(**config: Any) -> str:
        body = {"page_size": 4, "refit_every": 2} | config
        answer = olga.post(f"{API}/projects/{made.project_id}/reviews", json=body)
        assert answer.status_code == 201, answer.text
        review: str = answer.json()["id"]
        model.fit(review)
        return review

    return start


@pytest.fixture
def review(start: Callable[..., str]) -> str:
    """Return the id of a review that is under way."""
    return start()


def pages(client: TestClient, review: str, **body: Any) -> list[dict[str, Any]]:
    """Return the pages that a person is handed."""
    answer = client.post(f"{API}/reviews/{review}/pages", json=body)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def waiting_for(client: TestClient, review: str, **body: Any) -> str | None:
    """Return why a person is handed no page."""
    answer = client.post(f"{API}/reviews/{review}/pages", json=body).json()
    assert answer["waiting_for"] is None or not answer["items"]
    reason: str | None = answer["waiting_for"]
    return reason


def confirm(client: TestClient, review: str, page: dict[str, Any], **body: Any) -> Any:
    """Return the answer to confirming a page; left out, as what it says."""
    body = {"default": page["category_id"]} | body
    headers = {"Idempotency-Key": body.pop("key")} if "key" in body else {}
    return client.put(f"{API}/reviews/{review}/pages/{page['id']}", json=body, headers=headers)


def undo(client: TestClient, review: str, page: dict[str, Any], **query: str) -> Any:
    """Return the answer to taking a page back."""
    return client.delete(f"{API}/reviews/{review}/pages/{page['id']}", params=query)


def shown(page: dict[str, Any]) -> list[str]:
    """Return the ids of a page's images in their order."""
    return [image["id"] for image in page["images"]]
