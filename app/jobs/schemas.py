"""Bodies of jobs."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.core.states import JobState
from app.jobs.kinds import KINDS


class JobOut(BaseModel):
    """A job; `title` says in words what it does. More kinds than those named may come with later releases."""

    id: str
    project_id: str | None
    round_id: str | None
    step: int | None
    kind: Annotated[str, Field(json_schema_extra={"enum": list(KINDS)})]
    title: str
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
