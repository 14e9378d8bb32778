"""Indicator candidates: representatives of 3 C clusters, among which a person finds one of each category."""

from fastapi import APIRouter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import find
from app.core.database import read_session, write_session
from app.core.models import Category, Encoder, Image, Job, Project
from app.core.order import newest_first
from app.core.problems import Problem
from app.core.states import JOB_STOPPED
from app.deps import CurrentUser
from app.indicators.schemas import Candidate, CandidatesOut
from app.jobs.schemas import JobOut
from app.jobs.service import create_job
from app.jobs.views import job_out

router = APIRouter(tags=["images"])
CLUSTERS_PER_CATEGORY = 3


@router.get("/projects/{project_id}/indicator-candidates")
def indicator_candidates(project_id: str, user: CurrentUser, encoder: str | None = None) -> CandidatesOut:
    """Return images to choose indicators from, of the pool as it is now; by default with the newest encoder.

    They are computed by a job that POST starts: 409 until it is done, with its `job_id` where there is one.
    """
    with read_session() as session:
        find(session, Project, project_id, user)
        encoder_id = _ready_encoder(session, project_id, encoder)
        job = _newest_job(session, project_id, encoder_id)
        if job is None:
            raise Problem(409, "Nothing has looked for candidates in these images yet: POST starts a job.")
        if job.state != "done":
            raise _not_ready(job)
        return CandidatesOut(
            encoder_id=encoder_id, items=_usable(session, (job.result or {}).get("items", []))
        )


@router.post("/projects/{project_id}/indicator-candidates", status_code=202)
def seek_indicator_candidates(
    project_id: str, user: CurrentUser, encoder: str | None = None, again: bool = False
) -> JobOut:
    """Return the job that looks for candidates, started here where there is none; once done, GET has them.

    A job that failed or was cancelled is started anew only with `again`.
    """
    with read_session() as session:
        find(session, Project, project_id, user)
        encoder_id = _ready_encoder(session, project_id, encoder)
        job = _newest_job(session, project_id, encoder_id)
        if job is not None and not (again and job.state in JOB_STOPPED):
            return job_out(job, with_result=False)
    with write_session() as session:
        job = _newest_job(session, project_id, encoder_id)  # which somebody may have started meanwhile
        if job is None or (again and job.state in JOB_STOPPED):
            params = {"encoder_id": encoder_id, "clusters": _clusters(session, project_id)}
            job = create_job(session, "candidates", params, project_id=project_id, created_by=user.id)
        return job_out(job, with_result=False)


def _ready_encoder(session: Session, project_id: str, encoder_id: str | None) -> str:
    statement = select(Encoder).where(Encoder.project_id == project_id)
    if encoder_id is None:
        statement = statement.where(Encoder.state == "ready").order_by(*newest_first(Encoder)).limit(1)
    else:
        statement = statement.where(Encoder.id == encoder_id)
    encoder = session.scalars(statement).first()
    if encoder is None:
        raise Problem(422, "The project has no such encoder.", field="encoder")
    if encoder.state != "ready":
        raise Problem(422, f"The encoder is not ready: it is {encoder.state}.", field="encoder")
    return encoder.id


def _clusters(session: Session, project_id: str) -> int:
    active = select(func.count()).where(Category.project_id == project_id, Category.archived_at.is_(None))
    return CLUSTERS_PER_CATEGORY * max(session.scalars(active).one(), 1)


def _newest_job(session: Session, project_id: str, encoder_id: str) -> Job | None:
    """Return the newest job with the same encoder and clusters that has seen every image of the pool."""
    newest_image = select(func.max(Image.created_at)).where(
        Image.project_id == project_id, Image.split == "pool"
    )
    of_project = select(Job).where(Job.project_id == project_id, Job.kind == "candidates")
    statement = of_project.order_by(*newest_first(Job))
    changed, clusters = session.scalar(newest_image), _clusters(session, project_id)
    for job in session.scalars(statement.limit(20)):
        same = job.params == {"encoder_id": encoder_id, "clusters": clusters}
        if same and (
            changed is None or (job.started_at or job.created_at) >= changed or job.state == "queued"
        ):
            return job
    return None


def _not_ready(job: Job) -> Problem:
    if job.state in JOB_STOPPED:
        return Problem(
            409, f"Looking for candidates has {job.state}. {job.error or ''}".strip(), job_id=job.id
        )
    return Problem(409, "Looking for candidates: follow the job.", job_id=job.id)


def _usable(session: Session, items: list[dict[str, object]]) -> list[Candidate]:
    """Return the candidates that are still usable; those that have a label by now stay where they are."""
    candidates = [Candidate.model_validate(item) for item in items]
    usable = select(Image.id).where(
        Image.id.in_([candidate.image_id for candidate in candidates]),
        Image.split == "pool",
        Image.excluded.is_(None),
    )
    left = set(session.scalars(usable))
    return [candidate for candidate in candidates if candidate.image_id in left]
