"""Running jobs: whatever happens to the child, the job ends once and the next one runs."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.core.config import get_settings
from app.core.database import now
from app.core.models import Job
from tests.worker.conftest import change, get
from worker import watchdog
from worker.child.warm_child import WarmChild
from worker.database.claims import Claim
from worker.database.outcomes import finish
from worker.jobs import handlers, runner


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, data_directory: Path) -> Iterator[list[str]]:
    """Let a fake child do the jobs; returns the ids of those begun."""
    begun: list[str] = []
    child = WarmChild((sys.executable, "-m", "tests.worker.fake_child"))

    def handle(claim: Claim, watching: watchdog.Watchdog) -> None:
        begun.append(claim.fence.job_id)
        order = json.dumps(claim.params)
        finish(claim.fence, child.run("step", order, watching.progress, watching.check))

    monkeypatch.setitem(handlers.HANDLERS, "candidates", handle)
    monkeypatch.setattr(get_settings(), "job_heartbeat_seconds", 0.2)
    yield begun
    child.stop()


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until `condition` holds; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def begin(job_id: str) -> threading.Thread:
    """Run the job in a thread and return it once the job is running."""
    thread = threading.Thread(target=runner.run, args=(job_id,))
    thread.start()
    wait_for(lambda: get(Job, job_id).state == "running")
    return thread


def test_a_message_that_comes_five_times_is_one_run(make_job: Callable[..., str], runs: list[str]) -> None:
    job_id = make_job()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(runner.run, [job_id] * 5))
    assert runs == [job_id]
    assert (get(Job, job_id).state, get(Job, job_id).attempts) == ("done", 1)


def test_a_job_that_always_dies_fails_at_the_third_attempt_and_the_next_one_runs(
    make_job: Callable[..., str], runs: list[str]
) -> None:
    doomed, healthy = make_job(params={"do": "die"}), make_job()
    for _bell in range(5):
        runner.run(doomed)
    runner.run(healthy)
    assert runs == [doomed] * 3 + [healthy]
    assert get(Job, doomed).state == "failed"
    assert "killed" in get(Job, doomed).error
    assert get(Job, healthy).state == "done"


def test_a_job_that_exceeds_its_memory_fails_with_the_reason_and_the_next_one_runs(
    make_job: Callable[..., str], runs: list[str]
) -> None:
    """T38: the child meets a real limit of its memory each time."""
    doomed, healthy = make_job(params={"do": "exhaust", "bytes": 64 * 1024**2}), make_job()
    for _bell in range(4):
        runner.run(doomed)
    runner.run(healthy)
    assert runs == [doomed] * 3 + [healthy]
    reason = "There is not enough memory for this (MemoryError)."
    assert (get(Job, doomed).state, get(Job, doomed).error) == ("failed", f"{reason} Tried 3 times.")
    assert get(Job, healthy).state == "done"


def test_a_refused_job_is_not_tried_again(make_job: Callable[..., str], runs: list[str]) -> None:
    job_id = make_job(params={"do": "refuse"})
    runner.run(job_id)
    runner.run(job_id)
    assert (get(Job, job_id).state, get(Job, job_id).error) == ("failed", "the archive is empty")
    assert runs == [job_id]


def test_cancelling_a_running_job_ends_it_within_five_seconds(
    make_job: Callable[..., str], runs: list[str]
) -> None:
    job_id = make_job(params={"do": "sleep"})
    thread = begin(job_id)
    change(Job, job_id, cancel_requested_at=now())
    thread.join(5)
    assert not thread.is_alive()
    assert get(Job, job_id).state == "cancelled"


def test_a_cancel_that_comes_as_the_job_finishes_leaves_one_end(
    make_job: Callable[..., str], runs: list[str]
) -> None:
    for delay in (0.0, 0.01, 0.03, 0.1):
        job_id = make_job()
        thread = threading.Thread(target=runner.run, args=(job_id,))
        thread.start()
        time.sleep(delay)
        change(Job, job_id, cancel_requested_at=now())
        thread.join(5)
        runner.run(job_id)
        assert get(Job, job_id).state in {"done", "cancelled"}
        assert get(Job, job_id).lease_until is None


def test_a_worker_that_lost_its_lease_stops_and_writes_nothing(
    make_job: Callable[..., str], runs: list[str]
) -> None:
    job_id = make_job(params={"do": "sleep"})
    thread = begin(job_id)
    change(Job, job_id, epoch=7, progress=0.3, lease_until=now() + timedelta(seconds=30))
    thread.join(5)
    assert not thread.is_alive()
    job = get(Job, job_id)
    assert (job.state, job.epoch, job.progress) == ("running", 7, 0.3)


def test_a_stopping_worker_hands_its_job_back(
    make_job: Callable[..., str], runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(watchdog, "stopping", stopping)
    job_id = make_job(params={"do": "sleep"})
    thread = begin(job_id)
    stopping.set()
    thread.join(5)
    job = get(Job, job_id)
    assert (job.state, job.attempts, job.error) == ("queued", 0, None)


def test_heartbeats_keep_a_long_job_claimed(
    make_job: Callable[..., str], runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_settings(), "job_lease_seconds", 2)
    job_id = make_job(params={"do": "sleep"})
    thread = begin(job_id)
    time.sleep(3)
    runner.run(job_id)
    assert runs == [job_id]
    change(Job, job_id, cancel_requested_at=now())
    thread.join(5)


def test_a_database_that_is_busy_for_a_moment_costs_no_job(
    make_job: Callable[..., str], runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_arguments: object) -> None:
        raise OperationalError("UPDATE jobs", {}, Exception("database is locked"))

    monkeypatch.setattr(watchdog, "report_progress", locked)
    monkeypatch.setattr(watchdog, "PROGRESS_SECONDS", 0)
    job_id = make_job(params={"progress": [0.1, 0.2]})
    runner.run(job_id)
    assert (get(Job, job_id).state, get(Job, job_id).attempts) == ("done", 1)


def test_an_unexpected_error_is_tried_again_and_then_told(
    make_job: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_error(_claim: Claim, _watchdog: watchdog.Watchdog) -> None:
        raise ValueError("row 7 has no path")

    monkeypatch.setitem(handlers.HANDLERS, "candidates", raise_error)
    job_id = make_job()
    for _bell in range(3):
        runner.run(job_id)
    assert get(Job, job_id).state == "failed"
    assert get(Job, job_id).error == "ValueError: row 7 has no path Tried 3 times."
