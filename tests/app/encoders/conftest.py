"""What pretraining is asked for with."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.database import write_session
from app.core.models import Encoder, Source
from ml.config import MocoV2Config, PretrainedEncoder
from tests.app.labelling_factory import Labelling


@pytest.fixture
def source(project: Labelling) -> str:
    """Return the id of a counted source of 80 images."""
    with write_session() as session:
        row = Source(name="digits", kind="dataset", params={"name": "digits-8x8"}, state="ready", images=80)
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def config(source: str) -> Callable[..., dict[str, Any]]:
    """Return a function that returns a configuration that can be run."""
    return lambda **changes: {"source_id": source, "batch_size": 16, "epochs": 3} | changes


@pytest.fixture
def make_pretrained(project: Labelling, source: str) -> Callable[..., str]:
    """Return a function that adds a pretrained encoder and returns its id."""

    def make(state: str = "ready", project_id: str = project.project_id, **settings: Any) -> str:
        settings = MocoV2Config(source_id=source, **settings)
        spec = PretrainedEncoder(config=settings).model_dump(mode="json")
        with write_session() as session:
            row = Encoder(project_id=project_id, name="TUP", kind="pretrain", config=spec, state=state)
            session.add(row)
            session.flush()
            return row.id

    return make


def field_of(answer: Any) -> tuple[int, str]:
    """Return the status of a refusal and the field that it names."""
    return answer.status_code, answer.json()["errors"][0]["field"]


def ask(client: TestClient, project: Labelling, config: dict[str, Any]) -> Any:
    """Ask for a pretraining."""
    body = {"name": "TUP", "encoder": {"kind": "pretrain", "config": config}}
    return client.post(f"/api/v1/projects/{project.project_id}/encoders", json=body)
