"""Bodies of jobs."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

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
