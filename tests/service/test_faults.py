"""Faults in the middle of a step: processes killed, frozen, restarted; jobs cancelled; messages repeated."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from tests.service.oracle import Oracle
from tests.service.service import EIGENLABEL, Service, wait_until

IMAGE_SIZES = itertools.count(72, 8)  # a size of its own for each test: nothing is in the feature cache


@pytest.fixture
def evolving(service: Service, oracle: Oracle) -> dict[str, Any]:
    """Return a round whose start job is running in the child, and is busy for a while."""
    encoder = oracle.bundled_encoder(next(IMAGE_SIZES))
    oracle.give_indicators()
    started = oracle.start_round(encoder, [1, 1])
    wait_until(lambda: oracle.call("GET", f"/jobs/{started['job_id']}")["state"] != "queued", 20, service.log)
    return started


def kill(pids: list[int], number: int = signal.SIGKILL) -> None:
    """Send a signal to those that are still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def finish(oracle: Oracle, round_id: str) -> dict[str, Any]:
    """Play the round to its end and return it."""
    oracle.play(round_id)
    finished: dict[str, Any] = oracle.call("GET", f"/rounds/{round_id}")
    assert (finished["state"], finished["labelled"]) == ("done", 20), finished
    return finished


def test_a_round_survives_its_model_process_being_killed(
    service: Service, oracle: Oracle, evolving: dict[str, Any]
) -> None:
    kill(service.pids("worker.child"))
    finish(oracle, evolving["id"])
    assert oracle.call("GET", f"/jobs/{evolving['job_id']}")["state"] == "done"


def test_a_worker_frozen_beyond_its_lease_is_replaced_and_its_late_write_refused(
    service: Service, oracle: Oracle, evolving: dict[str, Any]
) -> None:
    frozen = [*service.pids("worker.service.launch", "gpu"), *service.pids("worker.child")]
    kill(frozen, signal.SIGSTOP)
    second = subprocess.Popen([*EIGENLABEL, "worker", "--queues", "gpu"], env=service.environment)
    try:
        wait_until(lambda: oracle.call("GET", f"/rounds/{evolving['id']}")["state"] == "labelling", 120)
        before = oracle.call("GET", f"/rounds/{evolving['id']}/steps")
        kill(frozen, signal.SIGCONT)
        time.sleep(3)
        assert oracle.call("GET", f"/rounds/{evolving['id']}/steps") == before
        finish(oracle, evolving["id"])
    finally:
        kill(frozen, signal.SIGCONT)
        second.terminate()
        second.wait(20)


def test_cancelling_a_running_round_ends_it_within_five_seconds(
    oracle: Oracle, evolving: dict[str, Any]
) -> None:
    oracle.call("POST", f"/rounds/{evolving['id']}/cancel")
    job = oracle.ended(evolving["job_id"], seconds=5)
    assert job["state"] in {"cancelled", "done"}
    time.sleep(1)
    assert oracle.call("GET", f"/jobs/{evolving['job_id']}") == job
    assert oracle.call("GET", f"/rounds/{evolving['id']}")["state"] == "cancelled"


def test_a_repeated_message_is_one_run(service: Service, oracle: Oracle, evolving: dict[str, Any]) -> None:
    script = "import sys; from app.core.queue import notify; [notify(sys.argv[1], 'gpu') for _ in range(5)]"
    subprocess.run([sys.executable, "-c", script, evolving["job_id"]], env=service.environment, check=True)
    finish(oracle, evolving["id"])
    assert oracle.call("GET", f"/jobs/{evolving['job_id']}")["attempts"] == 1


@contextmanager
def killing_children(service: Service) -> Any:
    """Kill every model process as soon as it appears."""
    over = threading.Event()

    def hunt() -> None:
        while not over.wait(0.2):
            kill(service.pids("worker.child"))

    hunter = threading.Thread(target=hunt)
    hunter.start()
    yield
    over.set()
    hunter.join()


def test_a_job_whose_model_process_always_dies_fails_and_the_next_one_runs(
    service: Service, oracle: Oracle, evolving: dict[str, Any]
) -> None:
    with killing_children(service):
        job = oracle.ended(evolving["job_id"])
    assert (job["state"], job["attempts"]) == ("failed", 3)
    assert job["error"] == "The model process was killed, perhaps for lack of memory. Tried 3 times."
    failed = oracle.call("GET", f"/rounds/{evolving['id']}")
    assert (failed["state"], failed["error"]) == ("failed", job["error"])
    finish(oracle, oracle.start_round(evolving["config"]["encoder_id"], [1, 1])["id"])


@pytest.mark.slow
def test_a_round_goes_on_after_the_whole_service_went_down(
    service: Service, oracle: Oracle, evolving: dict[str, Any]
) -> None:
    job = f"/jobs/{evolving['job_id']}"
    for how in (signal.SIGTERM, signal.SIGKILL):
        wait_until(lambda: oracle.call("GET", job)["state"] == "running", 60)
        service.stop(how)
        wait_until(lambda: not service.pids(), 30)
        service.start()
    finish(oracle, evolving["id"])
    assert oracle.call("GET", job)["attempts"] == 2, "a job that is handed back has not been tried"
