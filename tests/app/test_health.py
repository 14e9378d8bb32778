"""What restarts and routes by: `/live` looks at nothing outside, `/ready` at all that requests need."""

import errno
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import health
from app.core.config import get_settings
from app.core.database import now, write_session
from app.core.models import Job
from app.core.queue import get_celery, get_silence
from app.core.storage import LocalStorage
from app.main import create_app
from tests.app.labelling_factory import Labelling
from tests.conftest import clear_process_state
from tests.servers.ports import free_port

API = "/api/v1"


def test_a_service_with_all_it_needs_is_ready(anonymous: TestClient) -> None:
    ready = anonymous.get("/ready")
    assert ready.status_code == 200
    checks = {"database": True, "migrations": True, "storage": True}
    assert ready.json() == {"status": "ready", "checks": checks, "problems": {}, "warnings": {}}


def test_ready_says_what_is_missing(anonymous: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: LocalStorage) -> None:
        raise OSError("read-only file system /secret/place")

    monkeypatch.setattr(LocalStorage, "check", refuse)
    ready = anonymous.get("/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")
    assert ready.json()["checks"] == {"database": True, "migrations": True, "storage": False}
    assert ready.json()["problems"] == {"storage": health.PROBLEMS["storage"]}


def test_ready_before_the_migrations(data_directory: Path) -> None:
    ready = TestClient(create_app()).get("/ready")
    assert (ready.status_code, ready.json()["checks"]["migrations"]) == (503, False)
    assert "eigenlabel migrate" in ready.json()["problems"]["migrations"]


def test_without_a_database_it_lives_but_is_not_ready(
    data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"postgresql://eigenlabel:planted-secret@127.0.0.1:{free_port()}/eigenlabel"
    monkeypatch.setenv("EIGENLABEL_DATABASE_URL", address)
    clear_process_state()
    client = TestClient(create_app())
    assert client.get("/live").json() == {"status": "live"}
    ready = client.get("/ready")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": False, "migrations": False, "storage": True}
    assert "planted-secret" not in ready.text


def test_without_a_queue_it_is_ready_and_labelling_goes_on(
    anna: TestClient, labelling: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_BROKER_URL", f"redis://127.0.0.1:{free_port()}/0")
    for cached in (get_settings, get_celery, get_silence):
        cached.cache_clear()
    assert anna.get("/ready").status_code == 200
    leased = anna.post(f"{API}/rounds/{labelling.round_id}/leases", json={"count": 3}).json()["items"]
    for item in leased:
        body = {"category_id": labelling.categories[0]}
        stored = anna.put(f"{API}/queries/{item['query_id']}/annotation", json=body)
        assert stored.status_code == 200, "also the last one, which notifies of the step's job"
    shown = anna.get(f"{API}/rounds/{labelling.round_id}").json()
    assert (shown["state"], shown["labelled"]) == ("finetuning", 3)
    assert anna.get("/ready").status_code == 200


def test_jobs_that_no_worker_takes_are_told_and_people_go_on(
    anonymous: TestClient,
) -> None:
    """A proxy that took the api away, for no worker can run, would stop those as well who label."""
    waited = now() - timedelta(seconds=90)
    running = {"state": "running", "lease_until": now() + timedelta(seconds=20)}
    with write_session() as session:
        session.add(Job(kind="candidates", queue="gpu", queued_at=waited))
        session.add(Job(kind="throughput", queue="pretrain", queued_at=waited))
        session.add(Job(kind="import", queue="cpu", queued_at=waited))
        session.add(Job(kind="import", queue="cpu", queued_at=waited, **running))
    ready = anonymous.get("/ready")
    assert ready.status_code == 200
    assert list(ready.json()["warnings"]) == ["gpu"], "pretraining waits rightly, and somebody imports"
    told = r"No worker takes the jobs of gpu: one has waited for \d+ s\."
    assert re.fullmatch(told, ready.json()["warnings"]["gpu"])


@pytest.mark.only("sqlite", "what a storage says does not depend on the database")
def test_ready_names_the_cause(anonymous: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: LocalStorage) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), "/secret/place")

    monkeypatch.setattr(LocalStorage, "check", refuse)
    told = anonymous.get("/ready").json()["problems"]
    assert told == {"storage": "Blobs cannot be written. Read-only file system."}
