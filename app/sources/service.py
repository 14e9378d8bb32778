"""Adding and deleting sources. The command line uses this too."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Job, Source
from app.core.problems import Problem
from app.core.states import JOB_LIVE
from app.jobs.service import cancel_job, create_job
from app.sources.schemas import NewSource, ProjectSource


def add_source(session: Session, body: NewSource, user_id: str) -> tuple[Source, Job]:
    """Return a new, pending source and the job that counts its images."""
    spec = body.source
    source = Source(
        name=body.name,
        kind=spec.kind,
        params=spec.model_dump(mode="json", exclude={"kind"}),
        project_id=spec.project_id if isinstance(spec, ProjectSource) else None,
        created_by=user_id,
    )
    session.add(source)
    session.flush()
    params = {"source_id": source.id}
    job = create_job(session, "source", params, project_id=source.project_id, created_by=user_id)
    return source, job


def delete_source(session: Session, source: Source) -> None:
    """Delete a source and cancel its counting; 409 while a pretraining waits for it or runs on it."""
    session.refresh(source, with_for_update=True)
    jobs = select(Job).where(Job.params["source_id"].as_string() == source.id, Job.state.in_(JOB_LIVE))
    if session.scalars(jobs.where(Job.kind == "pretrain").limit(1)).first():
        raise Problem(409, "A pretraining uses this source. Cancel it first.")
    for job in session.scalars(jobs.where(Job.kind == "source")):
        cancel_job(session, job)
    session.delete(source)
    session.flush()
