"""A real pretraining beside a step of a round: its worker is told to stop, its process is killed."""

import os
import signal
from typing import Any

import pytest

from tests.service.oracle import Oracle
from tests.service.service import Service, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
CONFIG = {
    "mode": "tup",
    "backbone": "resnet_small",
    "image_size": 16,
    "batch_size": 64,
    "epochs": 4,
    "checkpoint_steps": 5,
    "augmentation": {"flip": 0},
}
ONLY_ON_STOPPING = {"epochs": 5, "checkpoint_steps": 10_000}


def state_of(oracle: Oracle, path: str, wanted: str) -> Any:
    """Return a condition: what is at `path` has the state `wanted`, and has not failed."""

    def reached() -> bool:
        found = oracle.call("GET", path)
        assert found["state"] == wanted or found["state"] not in {"failed", "cancelled"}, found
        return bool(found["state"] == wanted)

    return reached


def test_a_pretraining_outlives_its_worker_and_its_process_and_lets_a_step_run_beside_it(
    service: Service, oracle: Oracle
) -> None:
    bundled = oracle.bundled_encoder(image_size=64)
    oracle.give_indicators()
    made = oracle.pretrain("TUP", CONFIG | ONLY_ON_STOPPING | {"source_id": oracle.digits_source()})
    job, encoder = f"/jobs/{made['job_id']}", f"/encoders/{made['id']}"
    curve = f"{encoder}/curve"
    wait_until(lambda: oracle.call("GET", curve)["points"], 180, service.log)
    assert oracle.call("GET", curve)["checkpoint_step"] is None
    (worker,) = service.pids("worker.service.launch", "pretrain")
    os.kill(worker, signal.SIGTERM)
    wait_until(lambda: oracle.call("GET", curve)["checkpoint_step"], 30, service.log)
    kept = oracle.call("GET", curve)["checkpoint_step"]
    wait_until(lambda: oracle.call("GET", curve)["points"][-1]["step"] > kept, 240, service.log)
    assert oracle.call("GET", job)["attempts"] == 1, "handing over costs no attempt"
    assert worker not in service.pids("worker.service.launch", "pretrain")

    (child,) = service.pids("worker.child", "19")
    assert os.getpriority(os.PRIO_PROCESS, child) == 19
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: begun_again(oracle.call("GET", job)), 240, service.log)
    started = oracle.start_round(bundled, [1])
    wait_until(state_of(oracle, f"/rounds/{started['id']}", "labelling"), 120, service.log)
    assert oracle.call("GET", job)["state"] == "running", "the step has not waited for the pretraining"

    wait_until(state_of(oracle, encoder, "ready"), 400, service.log)
    points = oracle.call("GET", curve)["points"]
    steps = [point["step"] for point in points]
    assert steps == sorted(set(steps)), "no step is told of twice"
    assert steps[-1] == points[-1]["steps"]
    assert service.pids("worker.child", "19") == [], "the process is let go"
    folder = service.data / "blobs" / "pretraining"
    wait_until(lambda: not any(files for *_, files in os.walk(folder)), 30, service.log)


def begun_again(job: dict[str, Any]) -> bool:
    """Return whether a job trains in its second attempt."""
    return (job["attempts"], job["phase"]) == (2, "pretraining")
