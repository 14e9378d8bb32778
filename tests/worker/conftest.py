"""Rows that jobs work on."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, update

from app.core.database import read_session, write_session
from app.core.models import Encoder, Job, Project, Round

ENCODER = {"kind": "bundled", "name": "efficientnet_lite0"}
LONG_AGO = {"lease_until": "2020-01-01 00:00:00.000000"}


@pytest.fixture
def project(engine: Engine) -> str:
    """Return the id of an empty project."""
    return add(Project(name="digits"))


@pytest.fixture
def make_job(project: str) -> Callable[..., str]:
    """Return a function that adds a queued job and returns its id."""

    def make(kind: str = "candidates", queue: str = "gpu", **columns: Any) -> str:
        return add(Job(kind=kind, queue=queue, project_id=project, **columns))

    return make


@pytest.fixture
def encoder(project: str) -> str:
    """Return the id of a pending bundled encoder."""
    return add(Encoder(project_id=project, name="ready made", kind="bundled", config=ENCODER))


@pytest.fixture
def evolution(project: str, encoder: str) -> str:
    """Return the id of a round of one step that waits for its start."""
    return add(Round(project_id=project, encoder_id=encoder, config={"schedule": [1]}, budget=1))


def add(row: Any) -> str:
    """Store `row` and return its id."""
    with write_session() as session:
        session.add(row)
        session.flush()
        identifier: str = row.id
    return identifier


def get(model: type[Any], identifier: str) -> Any:
    """Return the stored row."""
    with read_session() as session:
        return session.get_one(model, identifier)


def change(model: type[Any], identifier: str, **values: Any) -> None:
    """Overwrite columns of one row."""
    with write_session() as session:
        session.execute(update(model).where(model.id == identifier).values(**values))
