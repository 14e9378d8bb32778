"""A real child predicts the images that come after the model of a round."""

import io
import json
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image as Pixels
from safetensors.numpy import save
from sqlalchemy import select

from app.core.database import read_session
from app.core.models import Annotation, Category, Image, Job, LaterPredictions
from app.core.storage import get_storage
from app.core.storage.keys import image_key
from app.rounds.newest import newest_model
from app.rounds.predictions import latest_predictions
from ml.images.files.rule import EARLIER_RULE
from tests.worker.conftest import add, get
from worker.jobs import runner, shared_child

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 60)}


@pytest.fixture(scope="module", autouse=True)
def child() -> Iterator[None]:
    """Have the tests of this module share a child, which ends with it."""
    yield
    shared_child.child.stop()


def add_image(project: str, colour: str, number: int, split: str = "pool", side: int = 24) -> str:
    """Store an image of a colour, `side` pixels a side, and return its id."""
    buffer = io.BytesIO()
    Pixels.new("RGB", (side, side), tuple(part + number for part in COLOURS[colour])).save(buffer, "PNG")
    sha256 = f"{colour.encode().hex():0<40}{number:024x}"
    get_storage().put(image_key(sha256), buffer.getvalue())
    fixed = {"filename": f"{colour}.png", "format": "PNG", "width": 24, "height": 24, "bytes": 9}
    return add(Image(project_id=project, sha256=sha256, split=split, **fixed))


def train(project: str, evolution: str, make_job: Callable[..., str]) -> dict[str, str]:
    """Have a round train its first model, and return the ids of its categories by name."""
    names = {name: add(Category(project_id=project, name=name, position=0)) for name in COLOURS}
    for name, category in names.items():
        image, _ = (add_image(project, name, number) for number in range(2))
        label = {"project_id": project, "image_id": image, "category_id": category, "kind": "indicator"}
        add(Annotation(**label))
    start = make_job("round_start", round_id=evolution, step=0)
    runner.run(start)
    assert get(Job, start).error is None
    return names


@pytest.mark.timeout(300)
def test_later_images_are_predicted_by_the_newest_model(
    project: str, evolution: str, make_job: Callable[..., str]
) -> None:
    names = train(project, evolution, make_job)
    later = {add_image(project, name, 5): name for name in COLOURS}
    for _ in range(2):
        job = make_job("predict")
        runner.run(job)
        assert (get(Job, job).state, get(Job, job).error) == ("done", None)
    with read_session() as session:
        predictions = latest_predictions(session, project)
        parts = session.scalars(select(LaterPredictions.id)).all()
    assert predictions is not None
    assert {image: predictions.of(image)[0] for image in later} == {
        image: names[name] for image, name in later.items()
    }
    assert len(parts) == 1, "the second job had nothing to do"


@pytest.mark.timeout(300)
def test_a_model_that_cannot_be_used_is_told_to_who_asks_and_to_nobody_else(
    project: str, evolution: str, make_job: Callable[..., str]
) -> None:
    train(project, evolution, make_job)
    add_image(project, "red", 5)
    with read_session() as session:
        model = newest_model(session, project)
    assert model is not None
    key = model.key
    narrow = {"head.weight": np.zeros((2, 7), np.float32), "head.bias": np.zeros(2, np.float32)}
    get_storage().put(f"{key}/model.safetensors", save(narrow))
    assert "features of 7 numbers" in refused(make_job)
    document = json.loads(get_storage().read(f"{key}/model.json"))
    del document["preprocessing_version"]
    get_storage().put(f"{key}/model.json", json.dumps(document).encode())
    assert refused(make_job) == EARLIER_RULE


def refused(make_job: Callable[..., str]) -> str:
    """Return why nothing is predicted; a job by hand fails with it, one that began by itself ends."""
    by_itself, by_hand = make_job("predict"), make_job("predict", created_by="olga")
    for job in (by_itself, by_hand):
        runner.run(job)
    ended, failed = get(Job, by_itself), get(Job, by_hand)
    assert (ended.state, ended.error, failed.state) == ("done", None, "failed")
    assert ended.result == {"predicted": 0, "unreadable": 0, "skipped": failed.error}
    return str(failed.error)
