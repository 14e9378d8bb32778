"""What server-sent events say, and who may still hear it: read in one go by the poller."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Connection, Select, and_, bindparam, case, select
from sqlalchemy.orm import Session

from app.core.database import read_session
from app.core.models import Category, Job, Membership, Round
from app.core.states import JOB_ENDED, ROUND_ENDED
from app.deps import Credentials, user_statement
from app.events.schemas import ProjectSnapshot
from app.jobs.views import job_out, jobs_worth_showing
from app.rounds.views import round_out


@dataclass(frozen=True)
class Topic:
    """What a stream is about: a project, or one job, which may be of no project."""

    kind: Literal["project", "job"]
    id: str
    project_id: str | None


@dataclass(frozen=True)
class Snapshot:
    """One event: `version` is a hash of `data`, so that it changes exactly when `data` does."""

    data: str
    version: str
    last: bool = False


@dataclass(frozen=True)
class Reading:
    """What one poll found: a snapshot per topic that still exists, and who may listen to which."""

    snapshots: dict[Topic, Snapshot]
    allowed: frozenset[tuple[Topic, Credentials]]


def read_snapshots(listening: Iterable[tuple[Topic, Credentials]]) -> Reading:
    """Return the snapshots of what is listened to, by those of the listeners who still have access."""
    with read_session() as session:
        allowed = frozenset(pair for pair in listening if _has_access(session.connection(), *pair))
        found = {topic: _snapshot(session, topic) for topic in {topic for topic, _ in allowed}}
    return Reading({topic: snapshot for topic, snapshot in found.items() if snapshot}, allowed)


@lru_cache
def _access_statement(*, cookie: bool, free: bool) -> Select[*tuple[Any, ...]]:
    """Return what finds a caller with access; one to a `free` job, of no project, is its starter's alone."""
    caller = user_statement(cookie=cookie)
    if free:
        started = and_(Job.id == bindparam("topic"), Job.created_by == caller.selected_columns.id)
        return caller.join(Job, and_(started, Job.project_id.is_(None)))
    member = and_(
        Membership.user_id == caller.selected_columns.id, Membership.project_id == bindparam("project")
    )
    return caller.join(Membership, member)


def _has_access(connection: Connection, topic: Topic, credentials: Credentials) -> bool:
    free = topic.project_id is None
    statement = _access_statement(cookie=credentials.cookie, free=free)
    about = {"topic": topic.id} if free else {"project": topic.project_id}
    return bool(connection.execute(statement, credentials.parameters | about).first())


def _snapshot(session: Session, topic: Topic) -> Snapshot | None:
    if topic.kind == "project":
        return _versioned(project_snapshot(session, topic.id).model_dump_json())
    job = session.get(Job, topic.id)
    return _versioned(job_out(job).model_dump_json(), last=job.state in JOB_ENDED) if job else None


def _versioned(data: str, *, last: bool = False) -> Snapshot:
    return Snapshot(data, hashlib.sha256(data.encode()).hexdigest()[:16], last)


def project_snapshot(session: Session, project_id: str) -> ProjectSnapshot:
    """Return the project's active (or else newest) round and the jobs worth showing."""
    statement = (
        select(Round)
        .where(Round.project_id == project_id)
        .order_by(case((Round.state.in_(ROUND_ENDED), 1), else_=0), Round.number.desc())
        .limit(1)
    )
    row = session.scalars(statement).first()
    return ProjectSnapshot(
        round=round_out(session, row) if row else None,
        jobs=jobs_worth_showing(session, project_id),
        categories=_categories_version(session, project_id),
    )


def _categories_version(session: Session, project_id: str) -> str:
    """Return a hash of what pages show of the categories: no counter that somebody might forget to raise."""
    columns = (Category.id, Category.name, Category.position, Category.shortcut, Category.archived_at)
    rows = session.execute(select(*columns).where(Category.project_id == project_id).order_by(Category.id))
    return hashlib.sha256(repr(rows.all()).encode()).hexdigest()[:16]
