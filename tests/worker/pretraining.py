"""A pretraining with a fake child, and what it leaves behind; tests get it through conftest."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.models import Encoder, Job, PretrainingPoint, Source
from app.core.storage import get_storage
from app.encoders.curve import resume
from ml.config import MocoV2Config, PretrainedEncoder
from tests.worker.rows import add, get
from worker.child.warm_child import WarmChild
from worker.jobs import pretraining, runner

CONFIG = {"batch_size": 8, "epochs": 20, "checkpoint_steps": 5}
Make = Callable[..., tuple[str, str]]


def steps_of(encoder: str) -> list[int]:
    """Return the steps of the stored points, in their order."""
    statement = select(PretrainingPoint.step).where(PretrainingPoint.encoder_id == encoder)
    with read_session() as session:
        return list(session.scalars(statement.order_by(PretrainingPoint.step)))


def blobs_of(encoder: str) -> list[str]:
    """Return the names of the encoder's checkpoints in storage."""
    folder = get_storage().local_path(f"pretraining/{encoder}")
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def weights_of(encoder: str) -> bytes:
    """Return the published weights."""
    row = get(Encoder, encoder)
    assert (row.state, row.error) == ("ready", None)
    return get_storage().read(row.weights_key)


def goes_on(encoder: str) -> str:
    """Resume the pretraining and return the new job's id."""
    with write_session() as session:
        return resume(session, session.get_one(Encoder, encoder), "olga").id


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch, data_directory: Path) -> Iterator[WarmChild]:
    """Let a fake child do the training."""
    fake = WarmChild((sys.executable, "-m", "tests.worker.fake_pretraining"), lasting=False)
    measuring = WarmChild((sys.executable, "-m", "tests.worker.fake_pretraining"), lasting=False)
    monkeypatch.setattr(pretraining, "child", fake)
    monkeypatch.setattr(pretraining, "measuring", measuring)
    monkeypatch.setattr(pretraining, "WAIT_SECONDS", 0.05)
    yield fake
    fake.stop()
    measuring.stop()


@pytest.fixture
def source(engine: object) -> str:
    """Return the id of a counted source."""
    params = {"name": "digits-8x8"}
    return add(Source(name="digits", kind="dataset", params=params, state="ready", images=1797))


@pytest.fixture
def make_pretraining(trainer: WarmChild, project: str, source: str) -> Callable[..., tuple[str, str]]:
    """Return a function that adds a pretraining and returns the ids of its encoder and its job."""

    def make(**settings: Any) -> tuple[str, str]:
        config = MocoV2Config.model_validate({"source_id": source} | CONFIG | settings)
        spec = PretrainedEncoder(config=config).model_dump(mode="json")
        encoder = add(Encoder(project_id=project, name="TUP", kind="pretrain", config=spec))
        params = {"encoder_id": encoder, "source_id": source, "profile": "p"}
        job = Job(kind="pretrain", queue="pretrain", project_id=project, params=params)
        return encoder, add(job)

    return make


@pytest.fixture
def plan(data_directory: Path) -> Callable[..., None]:
    """Return a function that says how the next runs misbehave."""

    def write(*runs: dict[str, Any]) -> None:
        cache = data_directory / "work" / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "plan.json").write_text(json.dumps(runs))

    return write


@pytest.fixture
def asked(data_directory: Path) -> Callable[[], list[dict[str, Any]]]:
    """Return a function that returns what the child has been asked."""
    file = data_directory / "work" / "cache" / "asked.jsonl"
    return lambda: [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def undisturbed(make_pretraining: Callable[..., tuple[str, str]]) -> bytes:
    """Return the weights of a run that nothing interrupts."""
    encoder, job = make_pretraining()
    runner.run(job)
    return weights_of(encoder)
