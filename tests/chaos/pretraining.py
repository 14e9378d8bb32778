"""A pretraining whose process is killed at random steps, again and again, and what it comes to (T31)."""

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Engine, select

from app.core.database import read_connection
from app.core.models import Encoder, Job
from tests.service.oracle import Oracle
from tests.service.service import Service, wait_until

CONFIG: dict[str, Any] = {
    "mode": "tup",
    "backbone": "resnet_small",
    "image_size": 16,
    "batch_size": 64,
    "checkpoint_steps": 5,
    "augmentation": {"flip": 0},
}
SECONDS = 1800.0
MOST_CHECKPOINTS = 2
"""So many a life leaves at most; it ends within as many steps of the last one as there are between two."""
WORKER_SHARE = 0.2


@dataclass(frozen=True)
class Lives:
    """So many kills; `step_seconds` is what a step takes that nobody disturbs."""

    kills: int
    step_seconds: float
    seed: int


@dataclass
class Killed:
    """How many times, the step of the newest checkpoint at each, and the epoch of the last claim."""

    children: int = 0
    workers: int = 0
    steps: list[int] = field(default_factory=list)
    epoch: int = 0


@dataclass
class Pretrainings:
    """Runs of one configuration in one project of a running service."""

    service: Service
    oracle: Oracle
    engine: Engine
    epochs: int

    def __post_init__(self) -> None:
        self._config = CONFIG | {"source_id": self.oracle.digits_source(), "epochs": self.epochs}

    def begin(self, name: str) -> tuple[str, str]:
        """Return the ids of a new encoder and of the job that trains it."""
        made = self.oracle.pretrain(name, self._config)
        return made["id"], made["job_id"]

    def weights(self, encoder_id: str, job_id: str) -> str:
        """Return the sha256 of the weights, once the job is done."""
        self.oracle.done(job_id, SECONDS)
        with read_connection(self.engine) as connection:
            sha256 = connection.scalar(select(Encoder.weights_sha256).where(Encoder.id == encoder_id))
        assert sha256 is not None
        return str(sha256)

    def kill(self, job_id: str, plan: Lives) -> Killed:
        """Kill the child (now and then its worker) so many times, each time at some step of a new life."""
        chance, killed, between = random.Random(plan.seed), Killed(), int(CONFIG["checkpoint_steps"])
        while killed.children + killed.workers < plan.kills:
            wanted = self._checkpoint(job_id) + between * chance.randint(0, MOST_CHECKPOINTS)
            wait_until(partial(self._has_come_to, wanted, job_id, killed.epoch), 240, self.service.log)
            time.sleep(chance.uniform(0, between) * plan.step_seconds)
            worker = chance.random() < WORKER_SHARE
            words = ("worker.service.launch", "pretrain") if worker else ("worker.child", "19")
            killed.epoch, killed.steps = self._epoch(job_id), [*killed.steps, self._checkpoint(job_id)]
            for pid in self.service.pids(*words):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed.workers += worker
            killed.children += not worker
        return killed

    def step_seconds(self, encoder_id: str) -> float:
        """Return how long a step of a finished run took, by the speed that it reports."""
        with read_connection(self.engine) as connection:
            details = connection.scalars(select(Encoder.details).where(Encoder.id == encoder_id)).one()
        return float(details["seconds"]["train"]) / int(details["steps"])

    def _has_come_to(self, step: int, job_id: str, after: int) -> bool:
        """Return whether a life later than the epoch `after` has saved that step."""
        statement = select(Job.state, Job.phase, Job.epoch).where(Job.id == job_id)
        with read_connection(self.engine) as connection:
            job = connection.execute(statement).one()
        assert job.state in {"queued", "running"}, "it ended before it was killed so often: more epochs"
        return job.phase == "pretraining" and job.epoch > after and self._checkpoint(job_id) >= step

    def _epoch(self, job_id: str) -> int:
        with read_connection(self.engine) as connection:
            return connection.scalars(select(Job.epoch).where(Job.id == job_id)).one()

    def _checkpoint(self, job_id: str) -> int:
        """Return the step that a new life would go on from."""
        with read_connection(self.engine) as connection:
            found = connection.scalar(select(Job.checkpoint).where(Job.id == job_id))
        return int(found["step"]) if found else 0
