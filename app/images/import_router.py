"""Imports from the server's disk or an installed data set, as jobs."""

from fastapi import APIRouter

from app.access import find
from app.core.database import write_session
from app.core.models import Project
from app.core.problems import Problem
from app.deps import CurrentUser, Principal
from app.images.import_plan import import_params
from app.images.importing import allowed_path
from app.images.schemas import DatasetImport, NewImport
from app.jobs.schemas import JobOut
from app.jobs.service import create_job
from app.jobs.views import job_out

router = APIRouter(tags=["images"])


def require_allowed(body: NewImport, user: Principal) -> None:
    """Raise 403 for a path given by anybody but an administrator, 422 for one outside the import roots."""
    if body.split == "test" and body.labels == "annotate":
        raise Problem(422, "Labels of test images are truths.", field="labels")
    if isinstance(body.source, DatasetImport):
        return
    if not user.admin:
        raise Problem(403, "Only an administrator may import from the server's disk. Upload the files.")
    allowed_path(body.source.path)


@router.post("/projects/{project_id}/imports", status_code=202)
def create_import(project_id: str, body: NewImport, user: CurrentUser) -> JobOut:
    """Import a folder or zip on the server, or a data set.

    `labels` says what class folders mean. As annotations, they make the categories that are missing; as
    truths, they do so only in a project without categories, and others are reported.
    """
    with write_session() as session:
        project = find(session, Project, project_id, user, "owner")
        require_allowed(body, user)
        params = import_params(session, project.id, body, user.id)
        return job_out(create_job(session, "import", params, project_id=project.id, created_by=user.id))
