"""Doing what a worker does when a project is deleted."""

from sqlalchemy import select

from app.core.database import read_session
from app.core.models import Job
from worker.jobs import runner


def finish_deletions() -> None:
    """Run the jobs that delete projects."""
    with read_session() as session:
        waiting = session.scalars(select(Job.id).where(Job.kind == "delete", Job.state == "queued")).all()
    for job_id in waiting:
        runner.run(job_id)
