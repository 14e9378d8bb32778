"""A real child predicts the images that come after the model of a round."""

import io
from collections.abc import Callable

import pytest
from PIL import Image as Pixels
from sqlalchemy import select

from app.core.database import read_session
from app.core.models import Annotation, Category, Image, Job, LaterPredictions
from app.core.storage import get_storage
from app.exports.predictions import latest_predictions
from app.images.blobs import image_key
from tests.worker.conftest import add, get
from worker import handlers, runner

COLOURS = {"red": (200, 40, 40), "green": (40, 180, 60)}


def add_image(project: str, colour: str, number: int, split: str = "pool") -> str:
    """Store an image of a colour, and return its id."""
    buffer = io.BytesIO()
    Pixels.new("RGB", (24, 24), tuple(part + number for part in COLOURS[colour])).save(buffer, "PNG")
    sha256 = f"{colour.encode().hex():0<40}{number:024x}"
    get_storage().put(image_key(sha256), buffer.getvalue())
    fixed = {"filename": f"{colour}.png", "format": "PNG", "width": 24, "height": 24, "bytes": 9}
    return add(Image(project_id=project, sha256=sha256, split=split, **fixed))


@pytest.mark.timeout(300)
def test_later_images_are_predicted_by_the_newest_model(
    project: str, evolution: str, make_job: Callable[..., str]
) -> None:
    names = {name: add(Category(project_id=project, name=name, position=0)) for name in COLOURS}
    for name, category in names.items():
        image, _ = (add_image(project, name, number) for number in range(2))
        label = {"project_id": project, "image_id": image, "category_id": category, "kind": "indicator"}
        add(Annotation(**label))
    start = make_job("round_start", round_id=evolution, step=0)
    runner.run(start)
    assert get(Job, start).error is None
    later = {add_image(project, name, 5): name for name in COLOURS}
    for _ in range(2):
        job = make_job("predict")
        runner.run(job)
        assert (get(Job, job).state, get(Job, job).error) == ("done", None)
    handlers.child.stop()
    with read_session() as session:
        predictions = latest_predictions(session, project)
        parts = session.scalars(select(LaterPredictions.images)).all()
    assert predictions is not None
    assert {image: predictions.of(image)[0] for image in later} == {
        image: names[name] for image, name in later.items()
    }
    assert parts == [2], "the second job had nothing to do"
