"""Jobs: what runs in the background, and ending it."""

from fastapi import APIRouter

from app.access import find, find_with_role, role_towards, scoped
from app.core.database import read_session, write_session
from app.core.models import Job, Project
from app.core.problems import Problem
from app.deps import CurrentUser
from app.jobs.schemas import JobOut
from app.jobs.service import cancel_job
from app.jobs.views import job_out
from app.pagination import Page, PageQuery, fetch_page

router = APIRouter(tags=["jobs"])


@router.get("/jobs")
def list_jobs(user: CurrentUser, page: PageQuery, project: str | None = None) -> Page[JobOut]:
    """Return the jobs of the caller's projects, or of one of them, newest first."""
    statement = scoped(Job, user).add_columns(role_towards(Job, user).label("role"))
    with read_session() as session:
        if project is not None:
            find(session, Project, project, user)
            statement = statement.where(Job.project_id == project)
        return fetch_page(
            session,
            statement,
            Job.id,
            page,
            lambda row: job_out(row.Job, row.role),
            newest_first=Job.created_at,
        )


@router.get("/jobs/{job_id}")
def get_job(job_id: str, user: CurrentUser) -> JobOut:
    """Return one job."""
    with read_session() as session:
        return job_out(*find_with_role(session, Job, job_id, user))


@router.post("/jobs/{job_id}/cancel")
def cancel(job_id: str, user: CurrentUser) -> JobOut:
    """Ask for the job's end. A queued one ends here; the worker ends a running one and the round with it."""
    with write_session() as session:
        job = find(session, Job, job_id, user)
        if job.created_by != user.id:
            find(session, Job, job_id, user, "owner")
        if job.state in {"done", "failed"}:
            raise Problem(409, f"This job is {job.state} already.")
        cancel_job(session, job, user.id)
        return job_out(job)
