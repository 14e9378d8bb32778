"""Bodies of jobs."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from app.rounds.schemas import RoundOut

JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class JobOut(BaseModel):
    id: str
    project_id: str | None
    round_id: str | None
    step: int | None
    kind: Literal[
        "import",
        "encoder",
        "candidates",
        "round_start",
        "round_advance",
        "predict",
        "source",
        "pretrain",
        "throughput",
    ]
    state: JobState
    progress: float
    phase: str | None
    message: str | None
    error: str | None
    result: dict[str, Any] | None
    cancelling: bool
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class ProjectSnapshot(BaseModel):
    """What one server-sent event says: the active (or else newest) round and the jobs worth showing.

    `categories` changes with the names, keys, order and archiving of the project's categories.
    """

    round: RoundOut | None
    jobs: list[JobOut]
    categories: str
