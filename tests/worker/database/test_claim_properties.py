"""I4: fencing tokens rise and no stale write survives. I6: no job is lost and each ends exactly once."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select

from app.core.config import get_settings
from app.core.database import now, read_connection
from app.core.identifiers import new_id
from app.core.models import Job
from app.core.storage import get_storage
from ml.messages import Checkpoint
from tests.worker.conftest import add, change
from worker.database import leftovers, outcomes
from worker.database.claims import Claim, LostClaimError, claim, heartbeat, report_progress
from worker.database.pretraining import KEPT_CHECKPOINTS, save_checkpoint
from worker.database.requests import output_directory


def checkpoint(held: Claim) -> None:
    """Save a checkpoint, as the worker of a pretraining does."""
    file = output_directory(held) / "checkpoint"
    file.write_bytes(b"state")
    save_checkpoint(held, file, Checkpoint(name=file.name, step=held.fence.token, sha256="0"))


ENDS = {"done", "failed", "cancelled"}
WRITES = {
    "heartbeat": lambda held: heartbeat(held.fence),
    "progress": lambda held: report_progress(held.fence, 0.5, "embedding", "half"),
    "finish": lambda held: outcomes.finish(held.fence, {"epoch": held.fence.token}),
    "fail": lambda held: outcomes.fail(held.fence, "broken"),
    "cancel": lambda held: outcomes.cancel(held.fence),
    "retry": lambda held: outcomes.retry(held, "crashed"),
    "hand_back": outcomes.hand_back,
    "checkpoint": checkpoint,
}


class Workers(RuleBasedStateMachine):
    """Any interleaving of workers that claim, write, crash, fall asleep and wake up."""

    jobs: Bundle[str] = Bundle("jobs")
    claims: Bundle[Claim] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.holder: dict[str, Claim | None] = {}
        self.epochs: dict[str, int] = {}
        self.ended: dict[str, dict[str, Any]] = {}

    @precondition(lambda self: len(self.epochs) < 2)
    @rule(target=jobs)
    def create(self) -> str:
        job_id = add(Job(kind="candidates", queue="gpu", params={"encoder_id": new_id()}))
        self.holder[job_id], self.epochs[job_id] = None, 0
        return job_id

    @rule(target=claims, job_id=jobs)
    def notification(self, job_id: str) -> Claim | None:
        held = claim(job_id)
        if held is not None:
            assert self.holder[job_id] is None, "two workers hold the job"
            assert job_id not in self.ended, "an ended job came back to life"
            assert held.fence.token > self.epochs[job_id]
            self.holder[job_id], self.epochs[job_id] = held, held.fence.token
        return held

    @rule(held=claims, write=st.sampled_from(sorted(WRITES)))
    def write(self, held: Claim | None, write: str) -> None:
        if held is None:
            return
        job_id = held.fence.job_id
        row = self.rows()[job_id]
        owns = row["state"] == "running" and row["epoch"] == held.fence.token
        try:
            WRITES[write](held)
        except LostClaimError:
            assert not owns, "the holder was refused"
            assert self.rows()[job_id] == row, "a refused write left something behind"
            return
        assert owns, "a stale write was accepted"
        self.holder[job_id] = held if write in {"heartbeat", "progress", "checkpoint"} else None

    @rule(job_id=jobs)
    def lease_runs_out(self, job_id: str) -> None:
        if self.rows()[job_id]["state"] == "running":
            change(Job, job_id, lease_until=now() - timedelta(seconds=1))
            self.holder[job_id] = None

    @rule(job_id=jobs)
    def somebody_cancels(self, job_id: str) -> None:
        if self.rows()[job_id]["state"] not in ENDS:
            change(Job, job_id, cancel_requested_at=now())

    @rule()
    def reaper_passes(self) -> None:
        leftovers.close_all_unclaimable()

    @invariant()
    def each_job_ends_once(self) -> None:
        for job_id, row in self.rows().items():
            if row["state"] in ENDS:
                assert self.ended.setdefault(job_id, row) == row, "an end was overwritten"
                assert row["lease_until"] is None
            assert row["attempts"] <= get_settings().job_max_attempts

    @invariant()
    def checkpoints_are_those_that_the_jobs_know(self) -> None:
        for row in self.rows().values():
            folder = get_storage().local_path(f"pretraining/{row['params']['encoder_id']}")
            stored = {str(path.relative_to(folder.parents[1])) for path in folder.rglob("checkpoint")}
            files = (row["checkpoint"] or {"files": []})["files"]
            assert stored == {file["key"] for file in files}
            assert len(files) <= KEPT_CHECKPOINTS

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the jobs of this example by id."""
        with read_connection() as connection:
            rows = connection.execute(select(Job.__table__).where(Job.id.in_(self.epochs)))
            return {row.id: dict(row._mapping) for row in rows}

    def teardown(self) -> None:
        """Let every worker die and an honest one clear up: then no job may be left."""
        for job_id, row in self.rows().items():
            if row["state"] == "running":
                change(Job, job_id, lease_until=now() - timedelta(seconds=1))
            held = claim(job_id)
            if held is not None:
                outcomes.finish(held.fence, {})
        leftovers.close_all_unclaimable()
        assert all(row["state"] in ENDS for row in self.rows().values()), "a job was lost"


def test_any_interleaving_of_workers_keeps_tokens_and_ends(engine: Engine) -> None:
    run_state_machine_as_test(
        Workers,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
