"""Sources: auxiliary image sets that encoders are pretrained on."""

from fastapi import APIRouter

from app.access import find, find_with_role, role_towards, scoped
from app.core.database import read_session, write_session
from app.core.models import Project, Source
from app.core.problems import Problem
from app.deps import CurrentUser, Principal
from app.downloads import DownloadOut, require_small
from app.images.importing import allowed_path
from app.pagination import Page, PageQuery, fetch_page
from app.sources import service
from app.sources.downloads import dataset_bytes, downloads
from app.sources.schemas import NewSource, SourceAccepted, SourceOut
from ml.config import FolderSource, TorchvisionSource, ZipSource

router = APIRouter(tags=["sources"])


def require_allowed(body: NewSource, user: Principal) -> None:
    """Raise 403 for a path or a large download of anybody but an administrator, 422 for a path elsewhere."""
    if isinstance(body.source, TorchvisionSource):
        name = body.source.name
        require_small(name, dataset_bytes(name), user)
    if not isinstance(body.source, FolderSource | ZipSource):
        return
    if not user.admin:
        raise Problem(403, "Only an administrator may use the server's disk as a source.")
    path = allowed_path(body.source.path)
    if isinstance(body.source, FolderSource) and not path.is_dir():
        raise Problem(422, "This path is not a folder.", field="source.path")
    if isinstance(body.source, ZipSource) and not path.is_file():
        raise Problem(422, "This path is not a file.", field="source.path")


@router.post("/sources", status_code=202)
def create_source(body: NewSource, user: CurrentUser) -> SourceAccepted:
    """Add an auxiliary image set; a job counts its images, and downloads them where that is needed.

    Everybody signed in sees it, but a project's pool is seen by that project's members only.
    """
    require_allowed(body, user)
    with write_session() as session:
        if body.source.kind == "project":
            find(session, Project, body.source.project_id, user)
        source, job = service.add_source(session, body, user.id)
        return SourceAccepted(id=source.id, job_id=job.id)


@router.get("/sources")
def list_sources(user: CurrentUser, page: PageQuery) -> Page[SourceOut]:
    """Return the sources that the caller may pretrain on, oldest first."""
    with read_session() as session:
        statement = scoped(Source, user).add_columns(role_towards(Source, user).label("role"))
        return fetch_page(
            session, statement, Source.id, page, lambda row: source_out(row.Source, row.role, user)
        )


@router.get("/sources/downloads")
def list_downloads(user: CurrentUser) -> list[DownloadOut]:
    """Return the public data sets that the server can download, with their sizes."""
    return downloads(user)


@router.get("/sources/{source_id}")
def get_source(source_id: str, user: CurrentUser) -> SourceOut:
    """Return one source."""
    with read_session() as session:
        return source_out(*find_with_role(session, Source, source_id, user), user)


@router.delete("/sources/{source_id}", status_code=204)
def delete_source(source_id: str, user: CurrentUser) -> None:
    """Delete a source: whoever added it, an administrator, or an owner of the project whose pool it is."""
    with write_session() as session:
        service.delete_source(session, find(session, Source, source_id, user, "owner"))


def source_out(source: Source, role: str, user: Principal) -> SourceOut:
    """Return what the API says about a source to `user`, who has `role` towards it."""
    columns = {name: getattr(source, name) for name in SourceOut.model_fields if name != "role"}
    if not user.admin:
        columns["params"] = {name: value for name, value in source.params.items() if name != "path"}
    return SourceOut(role=role, **columns)
