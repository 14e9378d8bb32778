"""Server-sent events: what changes in a project or a job, as it goes."""

import random
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.access import find
from app.core.database import read_session
from app.core.models import Job, Project
from app.deps import CredentialsDep, CurrentUser
from app.events.schemas import ProjectSnapshot
from app.events.snapshots import Snapshot, Topic
from app.events.streams import feed
from app.jobs.schemas import JobOut

RETRY = (1_000, 3_000)
"""How long a browser whose stream broke waits before it comes back, in milliseconds."""
router = APIRouter(tags=["jobs"])
LastEventId = Annotated[str | None, Header(max_length=64)]


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
