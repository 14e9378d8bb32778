"""Pretraining in the running service: real images, a real child that is killed, and weights at the end."""

import os
import signal
from contextlib import suppress
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


def state_of(oracle: Oracle, path: str, wanted: str) -> Any:
    """Return a condition: what is at `path` has the state `wanted`, and has not failed."""

    def reached() -> bool:
        found = oracle.call("GET", path)
        assert found["state"] == wanted or found["state"] not in {"failed", "cancelled"}, found
        return bool(found["state"] == wanted)

    return reached


def test_an_encoder_is_pretrained_although_its_process_is_killed(service: Service, oracle: Oracle) -> None:
    encoder = oracle.pretrain("TUP", CONFIG | {"source_id": oracle.digits_source()})
    curve = f"/encoders/{encoder['id']}/curve"
    wait_until(lambda: oracle.call("GET", curve)["checkpoint_step"] is not None, 180, service.log)
    for pid in service.pids("worker.child", "19"):
        assert os.getpriority(os.PRIO_PROCESS, pid) == 19
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(state_of(oracle, f"/encoders/{encoder['id']}", "ready"), 240, service.log)
    steps = [point["step"] for point in oracle.call("GET", curve)["points"]]
    assert steps == sorted(set(steps))
    assert steps[-1] == oracle.call("GET", curve)["points"][-1]["steps"]
    assert service.pids("worker.child", "19") == [], "the process is let go"
    folder = service.data / "blobs" / "pretraining"
    wait_until(lambda: not any(files for *_, files in os.walk(folder)), 30, service.log)
