"""Creating and cancelling jobs. Workers run them through `worker/store.py`."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.database import after_commit
from app.core.models import Job
from app.core.queue import ring

QUEUES = {
    "round_start": "gpu",
    "round_advance": "gpu",
    "encoder": "gpu",
    "candidates": "gpu",
    "import": "cpu",
}


def create_job(session: Session, kind: str, params: dict[str, Any], **columns: Any) -> Job:
    """Add a queued job and ring its queue once the transaction is committed; returns the new row."""
    job = Job(kind=kind, queue=QUEUES[kind], params=params, **columns)
    session.add(job)
    session.flush()
    after_commit(session, lambda: ring(job.id, job.queue))
    return job
