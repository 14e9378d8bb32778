"""Figures that every api process reads from the database."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from app.core.database import get_engine, now, write_connection
from app.core.models import Counter
from app.metrics import counters, installation, reading
from tests.app.at_once import at_once
from tests.app.jobs.test_jobs import add_job
from tests.app.labelling_factory import Labelling
from tests.app.metrics.scrape import samples

MINUTE = timedelta(minutes=1)
SECONDS = st.floats(0, 1e5)


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "KEPT_SECONDS", 0.0)


def test_queues_and_running_jobs(anna: TestClient, project: Labelling) -> None:
    add_job(project, queued_at=now() - 2 * MINUTE)
    add_job(project, queued_at=now() - MINUTE)
    gpu: dict[str, Any] = {"queue": "gpu", "kind": "candidates", "state": "running"}
    add_job(project, **gpu, lease_until=now() + MINUTE)
    add_job(project, **gpu, lease_until=now() - MINUTE)
    add_job(project, state="done", queued_at=now() - 9 * MINUTE)
    found = samples(anna)
    assert found["eigenlabel_database_up",] == 1
    assert found["eigenlabel_queue_length", "cpu"] == 2
    assert 120 <= found["eigenlabel_queue_age_seconds", "cpu"] < 180
    assert found["eigenlabel_queue_length", "gpu"] == 1, "the job whose lease ran out waits again"
    assert 60 <= found["eigenlabel_queue_age_seconds", "gpu"] < 120
    assert (
        found["eigenlabel_queue_length", "pretrain"] == found["eigenlabel_queue_age_seconds", "pretrain"] == 0
    )
    assert found["eigenlabel_jobs_running", "candidates"] == 1
    assert found["eigenlabel_jobs_running", "import"] == 0


def test_counters_start_at_zero_and_add_up(anna: TestClient, engine: Engine) -> None:
    assert samples(anna)["eigenlabel_lost_claims_total", "pretrain"] == 0
    key = counters.key(counters.LOST_CLAIMS, kind="pretrain")
    for _ in range(3):
        with write_connection() as connection:
            counters.add(connection, {key: 2})
    assert samples(anna)["eigenlabel_lost_claims_total", "pretrain"] == 6


def test_many_writers_lose_nothing_and_do_not_deadlock(engine: Engine) -> None:
    keys = [counters.key(counters.JOB_RUNS, kind="import", outcome=outcome) for outcome in counters.OUTCOMES]

    def write(backwards: bool) -> None:
        order = reversed(keys) if backwards else keys
        with write_connection() as connection:
            counters.add(connection, dict.fromkeys(order, 1))

    at_once(lambda number=number: write(number % 2 == 0) for number in range(16))
    found = reading.read()
    assert {found.counters[key] for key in keys} == {16}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    runs=st.lists(st.dictionaries(st.sampled_from(["embedding", "saving"]), SECONDS, max_size=2), max_size=8)
)
def test_the_histogram_is_that_of_the_seconds(anna: TestClient, runs: list[dict[str, float]]) -> None:
    with write_connection(get_engine()) as connection:
        connection.execute(delete(Counter))
        for run in runs:
            counters.add(connection, counters.phase_changes("pretrain", run))
    found = samples(anna)
    for phase in ("embedding", "saving"):
        took = [run[phase] for run in runs if phase in run]
        if not took:
            assert ("eigenlabel_job_seconds_count", "pretrain", phase) not in found
            continue
        assert found["eigenlabel_job_seconds_count", "pretrain", phase] == len(took)
        assert found["eigenlabel_job_seconds_sum", "pretrain", phase] == pytest.approx(sum(took))
        for bound in counters.LONGEST_SECONDS:
            below = found["eigenlabel_job_seconds_bucket", "pretrain", str(bound), phase]
            assert below == sum(seconds <= bound for seconds in took)


def test_a_reading_is_shared_for_some_seconds(
    anna: TestClient, project: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "KEPT_SECONDS", 60.0)
    assert samples(anna)["eigenlabel_queue_length", "cpu"] == 0
    add_job(project)
    assert samples(anna)["eigenlabel_queue_length", "cpu"] == 0
    monkeypatch.setattr(installation, "KEPT_SECONDS", 0.0)
    assert samples(anna)["eigenlabel_queue_length", "cpu"] == 1


def test_without_a_database_the_process_still_tells_of_itself(
    anna: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("no database")

    monkeypatch.setattr(installation, "read", fail)
    found = samples(anna)
    assert found["eigenlabel_database_up",] == 0
    assert ("eigenlabel_queue_length", "cpu") not in found
    assert found["eigenlabel_event_streams",] == 0
