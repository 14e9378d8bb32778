"""Rows that jobs work on, and the command line."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from app.core.database import now
from app.core.models import Category, Encoder, Image, Job, Project, Round
from tests.worker.pretraining import asked, make_pretraining, plan, source, trainer, undisturbed
from tests.worker.rows import LONG_AGO, add, change, get
from worker.cli.main import application
from worker.command_errors import exit_status

Run = Callable[..., tuple[int, str, str]]
__all__ = [
    "LONG_AGO",
    "add",
    "asked",
    "change",
    "get",
    "make_pretraining",
    "plan",
    "source",
    "trainer",
    "undisturbed",
]
ENCODER = {"kind": "bundled", "name": "efficientnet_lite0"}


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
    ids = {"project_id": project, "number": 1, "encoder_id": encoder}
    return add(Round(**ids, config={"schedule": [1]}, budget=1))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs `eigenlabel` and returns (status, stdout, stderr)."""

    def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["eigenlabel", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        status = exit_status(application)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def categories(project: str) -> list[str]:
    """Return the ids of the categories "cat" and "dog"; a third one is archived."""
    add(Category(project_id=project, name="old", position=0, archived_at=now()))
    return [
        add(Category(project_id=project, name=name, position=at)) for at, name in enumerate(("cat", "dog"))
    ]


@pytest.fixture
def make_image(project: str) -> Callable[..., str]:
    """Return a function that adds an image row and returns its id."""
    made: list[str] = []

    def make(split: str = "pool", **columns: Any) -> str:
        made.append(split)
        fixed = {"filename": "a.png", "format": "png", "width": 1, "height": 1, "bytes": 1}
        sha256 = f"{len(made):064x}"
        return add(Image(project_id=project, sha256=sha256, split=split, **fixed, **columns))

    return make
