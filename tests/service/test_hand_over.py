"""A real pretraining beside a step of a round, in a worker that is told to stop in the middle of it."""

import os
import signal
from typing import Any

import pytest

from tests.service.oracle import Oracle
from tests.service.service import Service, wait_until
from tests.service.test_pretraining import CONFIG, state_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ONLY_ON_STOPPING = {"epochs": 10, "checkpoint_steps": 10_000}


@pytest.fixture
def pretraining(service: Service, oracle: Oracle) -> dict[str, Any]:
    """Return an encoder whose pretraining has begun; it saves a checkpoint only when it has to stop."""
    encoder = oracle.pretrain("TUP", CONFIG | ONLY_ON_STOPPING | {"source_id": oracle.digits_source()})
    job = f"/jobs/{encoder['job_id']}"
    wait_until(lambda: oracle.call("GET", job)["phase"] == "pretraining", 120, service.log)
    return encoder


def test_a_step_runs_beside_a_pretraining_which_its_stopping_worker_hands_over(
    service: Service, oracle: Oracle, pretraining: dict[str, Any]
) -> None:
    job, curve = f"/jobs/{pretraining['job_id']}", f"/encoders/{pretraining['id']}/curve"
    encoder = oracle.bundled_encoder(image_size=64)
    oracle.give_indicators()
    started = oracle.start_round(encoder, [1])
    wait_until(state_of(oracle, f"/rounds/{started['id']}", "labelling"), 120, service.log)
    assert oracle.call("GET", job)["state"] == "running", "the step has not waited for the pretraining"
    assert oracle.call("GET", curve)["checkpoint_step"] is None

    (worker,) = service.pids("worker.service.launch", "pretrain")
    os.kill(worker, signal.SIGTERM)
    wait_until(lambda: oracle.call("GET", curve)["checkpoint_step"], 30, service.log)
    wait_until(state_of(oracle, f"/encoders/{pretraining['id']}", "ready"), 400, service.log)
    points = oracle.call("GET", curve)["points"]
    steps = [point["step"] for point in points]
    assert steps == sorted(set(steps)), "no step was taken twice"
    assert steps[-1] == points[-1]["steps"]
    assert oracle.call("GET", job)["attempts"] == 1, "handing over costs no attempt"
    assert worker not in service.pids("worker.service.launch", "pretrain")
