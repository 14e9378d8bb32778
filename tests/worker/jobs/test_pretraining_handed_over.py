"""Who comes and goes beside a pretraining: a worker that stops, a measurement, a second pretraining."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.database import now
from app.core.models import Job
from ml.config import MocoV2Config
from tests.worker.conftest import change, get
from tests.worker.jobs.test_runner import wait_for
from tests.worker.pretraining import Make, blobs_of, steps_of, weights_of
from worker import watchdog
from worker.child import warm_child
from worker.jobs import runner


def test_a_stopping_worker_saves_a_checkpoint_and_hands_the_run_over(
    make_pretraining: Make,
    plan: Callable[..., None],
    undisturbed: bytes,
    data_directory: Path,
) -> None:
    encoder, job = make_pretraining(checkpoint_steps=100)
    plan({"sleep_at": 7})
    with pytest.MonkeyPatch.context() as patch:
        stopping = threading.Event()
        patch.setattr(watchdog, "stopping", stopping)
        thread = threading.Thread(target=runner.run, args=(job,))
        thread.start()
        wait_for((data_directory / "work" / "cache" / "asleep").exists, 20)
        stopping.set()
        thread.join(15)
        assert not thread.is_alive()
    row = get(Job, job)
    assert (row.state, row.attempts, row.lease_until) == ("queued", 0, None)
    assert row.checkpoint["step"] == 7
    assert blobs_of(encoder) == ["step-07"]
    runner.run(job)
    assert weights_of(encoder) == undisturbed
    assert (get(Job, job).attempts, steps_of(encoder)) == (1, list(range(1, 21)))


def test_a_child_that_does_not_part_in_time_is_left_behind(
    make_pretraining: Make,
    plan: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(warm_child, "PARTING_SECONDS", 1.0)
    _, job = make_pretraining(checkpoint_steps=5)
    plan({"sleep_at": 7, "stubborn": 600})
    stopping = threading.Event()
    monkeypatch.setattr(watchdog, "stopping", stopping)
    thread = threading.Thread(target=runner.run, args=(job,))
    thread.start()
    wait_for(lambda: (get(Job, job).checkpoint or {}).get("step") == 5, 20)
    stopping.set()
    thread.join(15)
    assert not thread.is_alive()
    assert (get(Job, job).state, get(Job, job).attempts) == ("queued", 0)


def test_a_measurement_does_not_wait_for_a_pretraining_but_another_pretraining_does(
    make_pretraining: Make,
    make_job: Callable[..., str],
    plan: Callable[..., None],
    data_directory: Path,
) -> None:
    _, first = make_pretraining()
    _, second = make_pretraining()
    config = MocoV2Config().model_dump(mode="json")
    measurement = make_job("throughput", "pretrain", params={"profile": "p", "config": config})
    plan({"sleep_at": 7})
    thread = threading.Thread(target=runner.run, args=(first,))
    thread.start()
    wait_for((data_directory / "work" / "cache" / "asleep").exists, 20)
    runner.run(second)
    assert get(Job, second).state == "queued"
    runner.run(measurement)
    assert get(Job, measurement).state == "done"
    assert get(Job, first).state == "running"
    change(Job, first, cancel_requested_at=now())
    thread.join(10)
    runner.run(second)
    assert get(Job, second).state == "done"
