"""Jobs as the API shows them."""

from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.access import SEES_PATHS
from app.core.models import Job
from app.core.order import newest_first
from app.core.states import JOB_ENDED
from app.jobs.kinds import title_of
from app.jobs.schemas import JobOut

WORTH_SHOWING = 10


def result_for(job: Job, role: str) -> dict[str, Any] | None:
    """Return the result of `job` as somebody in `role` may see it: an import's names files by their paths."""
    if job.result is None or role in SEES_PATHS or "rejected" not in job.result:
        return job.result
    return job.result | {"rejected": [], "unlabelled": [], "conflicts": []}


def job_out(job: Job, role: str = "annotator", *, with_result: bool = True) -> JobOut:
    """Return `job` as the API shows it to somebody in `role`.

    `result` may be long and is left out of snapshots.
    """
    own = {"title", "cancelling", "result"}
    return JobOut(
        **{name: getattr(job, name) for name in JobOut.model_fields if name not in own},
        title=title_of(job.kind, job.step),
        cancelling=job.state == "running" and job.cancel_requested_at is not None,
        result=result_for(job, role) if with_result else None,
    )


def jobs_worth_showing(session: Session, project_id: str) -> list[JobOut]:
    """Return the project's jobs that have not ended, and the newest that have; at most ten, newest first."""
    statement = (
        select(Job)
        .where(Job.project_id == project_id)
        .order_by(case((Job.state.in_(JOB_ENDED), 1), else_=0), *newest_first(Job))
        .limit(WORTH_SHOWING)
    )
    jobs = sorted(session.scalars(statement), key=lambda job: (job.created_at, job.id), reverse=True)
    return [job_out(job, with_result=False) for job in jobs]
