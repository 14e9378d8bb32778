"""Projects for the command line."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.models import Job, Project
from app.core.problems import Problem
from app.encoders.schemas import NewEncoder
from app.encoders.service import add_encoder
from app.images.import_plan import import_params
from app.images.schemas import NewImport
from app.jobs.service import create_job
from app.projects import service
from app.sources.schemas import NewSource
from app.sources.service import add_source
from ml.config import PretrainConfig, PretrainedEncoder
from worker.database.accounts import administrator

STANDS = Project.deleted_at.is_(None)


def has_project(name: str) -> bool:
    """Return whether there is a project called `name`."""
    with read_session() as session:
        return session.scalar(select(Project.id).where(Project.name == name, STANDS).limit(1)) is not None


def create_project(
    name: str,
    categories: Sequence[str],
    imports: Sequence[NewImport],
    encoder: NewEncoder,
    *,
    source: NewSource,
    pretraining: tuple[str, PretrainConfig],
) -> None:
    """Make a project of the first administrator's, and queue the jobs that fill it.

    `pretraining` gives the name and the configuration of an encoder that is pretrained on `source`, once that
    and the images are there.
    """
    with write_session() as session:
        owner = session.scalars(administrator()).one().id
        project = service.create_project(session, owner, name, categories)
        for body in imports:
            params = import_params(session, project.id, body, owner)
            create_job(session, "import", params, project_id=project.id, created_by=owner)
        add_encoder(session, project.id, encoder, owner)
        added, _job = add_source(session, source, owner)
        config = pretraining[1].model_copy(update={"source_id": added.id})
        pretrained = NewEncoder(name=pretraining[0], encoder=PretrainedEncoder(config=config))
        add_encoder(session, project.id, pretrained, owner)


def find_project(name: str) -> str:
    """Return the id of the project with this name or id; Problem where there is none, or more than one."""
    statement = select(Project.id).where((Project.id == name) | (Project.name == name), STANDS)
    with read_session() as session:
        found = session.scalars(statement).all()
    if not found:
        raise Problem(404, f"There is no project called {name}.")
    if len(found) > 1:
        raise Problem(409, f"There are {len(found)} projects called {name}. Give an id: {', '.join(found)}.")
    return found[0]


def queue_import(project_id: str, body: NewImport) -> str:
    """Queue an import without a notification, for the caller runs it; returns the job's id."""
    with write_session() as session:
        params = import_params(session, project_id, body, session.scalars(administrator()).one().id)
        job = Job(kind="import", queue="cpu", params=params, project_id=project_id)
        session.add(job)
        session.flush()
        return job.id


def read_job(job_id: str) -> Job:
    """Return a job as it is now."""
    with read_session() as session:
        return session.get_one(Job, job_id)
