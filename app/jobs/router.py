"""Jobs: what runs in the background, ending it, and hearing of it as it goes."""

import random
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.access import find, find_with_role, role_towards, scoped
from app.core.database import read_session, write_session
from app.core.models import Job, Project
from app.deps import CredentialsDep, CurrentUser
from app.errors import Problem
from app.jobs.events import feed
from app.jobs.schemas import JobOut, ProjectSnapshot
from app.jobs.service import cancel_job
from app.jobs.snapshots import Snapshot, Topic
from app.jobs.views import job_out
from app.pagination import Page, PageQuery, fetch_page

RETRY = (1_000, 3_000)
"""How long a browser whose stream broke waits before it comes back, in milliseconds."""
router = APIRouter(tags=["jobs"])
LastEventId = Annotated[str | None, Header(max_length=64)]


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


def _streamed(model: type[ProjectSnapshot | JobOut]) -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"text/event-stream": {"schema": schema}}
    return {200: {"model": model, "content": content, "description": "Each event's data is one of these."}}


def _event(snapshot: Snapshot) -> ServerSentEvent:
    """Return a snapshot as an event; after a restart of the api, browsers come back one after another."""
    return ServerSentEvent(raw_data=snapshot.data, id=snapshot.version, retry=random.randint(*RETRY))


def _project_topic(project_id: str, user: CurrentUser) -> Topic:
    with read_session() as session:
        find(session, Project, project_id, user)
    return Topic("project", project_id, project_id)


def _job_topic(job_id: str, user: CurrentUser) -> Topic:
    with read_session() as session:
        job = find(session, Job, job_id, user)
        return Topic("job", job_id, job.project_id)


@router.get(
    "/projects/{project_id}/events",
    response_class=EventSourceResponse,
    responses=_streamed(ProjectSnapshot),
)
async def project_events(
    topic: Annotated[Topic, Depends(_project_topic)],
    credentials: CredentialsDep,
    last_event_id: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Send the project's active (or else newest) round and its jobs, now and whenever they change."""
    async for snapshot in feed().listen(topic, credentials, last_event_id):
        yield _event(snapshot)


@router.get("/jobs/{job_id}/events", response_class=EventSourceResponse, responses=_streamed(JobOut))
async def job_events(
    topic: Annotated[Topic, Depends(_job_topic)],
    credentials: CredentialsDep,
    last_event_id: LastEventId = None,
) -> AsyncIterator[ServerSentEvent]:
    """Send the job now and whenever it changes; the stream ends with the job."""
    async for snapshot in feed().listen(topic, credentials, last_event_id):
        yield _event(snapshot)
