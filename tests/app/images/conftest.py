"""Imports of zips, done as a worker does them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.config import get_settings
from app.core.database import read_session, write_session
from app.core.models import Job
from app.images.importing import (
    import_plan,
    lookup,
    new_tally,
    open_source,
    prepare_batches,
    store_batch,
    tally_result,
)

Import = Callable[..., dict[str, Any]]


def run(project: str, job_id: str) -> dict[str, Any]:
    """Do what a worker does with an import job, in batches of two files; return the job's result."""
    with read_session() as session:
        plan, tally = import_plan(project, session.get_one(Job, job_id).params, job_id), new_tally()
    assert plan.source.kind != "dataset"
    with open_source(plan.source, labelled=plan.labels != "ignore") as entries:
        for outcomes in prepare_batches(entries, lookup(project), 2):
            with write_session() as session:
                store_batch(session, plan, outcomes, tally)
    return tally_result(plan, tally)


@pytest.fixture
def admin(sign_in: Callable[..., TestClient]) -> TestClient:
    """Return a client of an administrator, who may import from the server's disk."""
    return sign_in("ada", "admin")


@pytest.fixture
def bring_in(admin: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Return a function that imports a zip whose folders are labels, and returns the job's result."""
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", json.dumps([str(tmp_path)]))
    get_settings.cache_clear()

    def import_zip(
        project: str, content: bytes, labels: str = "annotate", split: str = "pool", **source: Any
    ) -> dict[str, Any]:
        path = tmp_path / "photos.zip"
        path.write_bytes(content)
        body = {"source": {"kind": "zip", "path": str(path), **source}, "labels": labels, "split": split}
        answer = admin.post(f"/api/v1/projects/{project}/imports", json=body)
        assert answer.status_code == 202, answer.text
        return run(project, answer.json()["id"])

    return import_zip
