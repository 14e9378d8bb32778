"""One project from its import to the end of its round, and what came of it, rows' ids left out."""

import hashlib
import io
import itertools
import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from app.core.database import read_connection
from app.core.models import Annotation, Image, Query, Step
from tests.chaos.people import Annotator, join
from tests.service.oracle import Oracle

SECONDS = 900
NUMBERS = itertools.count()


@dataclass(frozen=True)
class Asked:
    """A query: which image, for how many others it stands, and the model's guesses to the last bit."""

    filename: str
    cluster_size: int
    suggestions: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class StepOutcome:
    """What a step asked, in its order, and how good the model was that its labels gave."""

    asked: tuple[Asked, ...]
    labels: int
    accuracy: dict[str, Any]
    prequential: float | None


@dataclass(frozen=True)
class Outcome:
    """What a round came to; `model` is the sha256 of its last head's weights."""

    steps: tuple[StepOutcome, ...]
    model: str

    def differs_from(self, other: "Outcome") -> str:
        """Return where the first difference is, in words; empty where there is none."""
        for index, (own, found) in enumerate(zip(self.steps, other.steps, strict=True)):
            if own != found:
                return f"step {index}: {own} and {found}"
        return "" if self.model == other.model else "the last model's weights differ"


@dataclass(frozen=True)
class Scene:
    """What is played: the images, the schedule, the seed."""

    images: Path
    schedule: list[int]
    image_size: int
    seed: int = 0


def play(scene: Scene, oracle: Oracle, people: Sequence[Annotator], engine: Engine) -> str:
    """Play the scene in a project of its own; returns the id of its round, which has ended."""
    oracle.new_project()
    join(engine, people, oracle.project)
    oracle.import_folder(scene.images / "pool", "pool")
    oracle.import_folder(scene.images / "test", "test", labels="truth")
    encoder = oracle.bundled_encoder(scene.image_size)
    oracle.give_indicators()
    config = {"schedule": scene.schedule, "encoder_id": encoder, "seed": scene.seed}
    started = oracle.call(
        "POST",
        f"/projects/{oracle.project}/rounds",
        json={"config": config},
        headers={"Idempotency-Key": f"scene-{next(NUMBERS)}"},
    )
    label_at_once(people, started["id"], oracle.categories())
    return str(started["id"])


def label_at_once(people: Sequence[Annotator], round_id: str, categories: dict[str, str]) -> None:
    """Have all of them label the round until it has ended."""
    over = threading.Event()
    threads = [
        threading.Thread(target=each.label, args=(round_id, categories, over), daemon=True) for each in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    over.set()
    assert not any(thread.is_alive() for thread in threads), "the round does not end"


def outcome(oracle: Oracle, engine: Engine, round_id: str) -> Outcome:
    """Return what the round came to; fails where it is not done or has lost a label."""
    found = oracle.call("GET", f"/rounds/{round_id}")
    assert (found["state"], found["error"]) == ("done", None), found
    assert found["asked"] == found["labelled"] == found["budget"], found
    asked = _asked(engine, oracle, round_id)
    steps = tuple(
        StepOutcome(
            tuple(asked.get(step["index"], ())), step["labels"], step["accuracy"], step["prequential"]
        )
        for step in oracle.call("GET", f"/rounds/{round_id}/steps")
    )
    assert [len(step.asked) for step in steps] == [0, *(10 * each for each in found["config"]["schedule"])]
    return Outcome(steps, _model(oracle, round_id))


def _asked(engine: Engine, oracle: Oracle, round_id: str) -> dict[int, list[Asked]]:
    names = {category_id: name for name, category_id in oracle.categories().items()}
    statement = (
        select(Step.index, Image.filename, Query.cluster_size, Query.suggestions)
        .join(Query, Query.step_id == Step.id)
        .join(Image, Image.id == Query.image_id)
        .where(Step.round_id == round_id)
        .order_by(Step.index, Query.position)
    )
    asked: dict[int, list[Asked]] = {}
    with read_connection(engine) as connection:
        for index, filename, size, guesses in connection.execute(statement):
            told = tuple((names[guess["category_id"]], guess["confidence"]) for guess in guesses)
            asked.setdefault(index, []).append(Asked(filename, size, told))
    return asked


def _model(oracle: Oracle, round_id: str) -> str:
    answer = oracle.api.get(f"/rounds/{round_id}/model").raise_for_status()
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return hashlib.sha256(archive.read("model.safetensors")).hexdigest()


def standing_labels(engine: Engine, round_id: str) -> dict[tuple[str, str], list[str]]:
    """Return the standing labels of the round by query and annotator: one each, if none stands twice."""
    statement = (
        select(Annotation.query_id, Annotation.annotator_id, Annotation.category_id)
        .join(Query, Query.id == Annotation.query_id)
        .where(Query.round_id == round_id, Annotation.superseded_at.is_(None))
    )
    found: dict[tuple[str, str], list[str]] = {}
    with read_connection(engine) as connection:
        for query_id, annotator_id, category_id in connection.execute(statement):
            found.setdefault((query_id, annotator_id), []).append(category_id)
    return found
