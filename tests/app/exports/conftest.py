"""A finished round: three labels, one of them an indicator, and a model's artefacts in storage."""

import json

import numpy as np
import pytest
from fastapi.testclient import TestClient
from safetensors.numpy import save
from sqlalchemy import update

from app.core.database import now, write_session
from app.core.identifiers import new_id
from app.core.models import Annotation, Category, Image, Round, Step, Truth
from app.core.storage import get_storage
from tests.app.labelling.test_labels import put
from tests.app.labelling_factory import Labelling

NAMES = ["=cmd()|' /C calc'!A0", '<img src=x onerror="alert(1)">']


def publish(
    made: Labelling, index: int, probabilities: list[list[float]] | None, step_id: str | None = None
) -> str:
    """Store a step's artefacts as the worker does; returns its key. A new step has `step_id`, if given."""
    key = f"steps/{made.round_id}-{index}/1"
    arrays = {} if probabilities is None else {"probabilities": np.array(probabilities, dtype=np.float32)}
    images = [*made.images, *made.spare]
    document = {"images": images, "pool": len(images), "categories": made.categories}
    get_storage().put(f"{key}/step.safetensors", save(arrays))
    get_storage().put(f"{key}/images.json", json.dumps(document).encode())
    with write_session() as session:
        existing = update(Step).where(Step.round_id == made.round_id, Step.index == index)
        if not session.connection().execute(existing.values(artefacts_key=key)).rowcount:
            row = {"round_id": made.round_id, "index": index, "state": "done", "artefacts_key": key}
            session.add(Step(id=step_id or new_id(), **row))
    return key


@pytest.fixture
def labelled(anna: TestClient, labelling: Labelling) -> Labelling:
    """Return the project with two labels of anna's, one indicator and a model that predicts."""
    with write_session() as session:
        for category_id, name in zip(labelling.categories, NAMES, strict=True):
            session.execute(update(Category).where(Category.id == category_id).values(name=name))
        session.execute(
            update(Image)
            .where(Image.id == labelling.images[0])
            .values(filename="-1+1.png", path="＝1/-1+1.png")
        )
        session.add(Truth(image_id=labelling.images[0], category_id=labelling.categories[1]))
        session.add(
            Annotation(
                project_id=labelling.project_id,
                image_id=labelling.spare[0],
                category_id=labelling.categories[1],
                kind="indicator",
                annotator_id="gone",
            )
        )
    put(anna, labelling.queries[0], category_id=labelling.categories[1])
    put(anna, labelling.queries[0], category_id=labelling.categories[0], version=1, seconds=2.5)
    put(anna, labelling.queries[1], category_id=labelling.categories[1])
    publish(labelling, 1, [[0.75, 0.25], [0.25, 0.75], [0.5, 0.5], [0.0, 1.0], [1.0, 0.0]])
    return labelling


def end_round() -> None:
    """Let every round have ended."""
    with write_session() as session:
        session.execute(update(Round).values(state="done", finished_at=now()))
