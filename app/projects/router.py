"""Projects."""

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import find
from app.core.database import read_session, write_session
from app.core.models import Membership, Project
from app.deps import CurrentUser, Principal
from app.pagination import Page, PageQuery, fetch_page
from app.projects import deleting, service
from app.projects.counts import projects_out
from app.projects.schemas import NewProject, ProjectOut, ProjectPatch

router = APIRouter(tags=["projects"])


def project_out(session: Session, project: Project, user: Principal) -> ProjectOut:
    """Return what the API says about one project."""
    role = session.get_one(Membership, (project.id, user.id)).role
    return projects_out(session, [(project, role)])[0]


@router.post("/projects", status_code=201)
def create_project(body: NewProject, user: CurrentUser) -> ProjectOut:
    """Make a project; the caller becomes its owner."""
    with write_session() as session:
        name = service.numbered_name(session, user.id, body.name) if body.numbered else body.name
        project = service.create_project(
            session, user.id, name, body.categories, open_categories=body.open_categories
        )
        return project_out(session, project, user)


@router.get("/projects")
def list_projects(user: CurrentUser, page: PageQuery) -> Page[ProjectOut]:
    """List the projects that the caller works on, newest first."""
    statement = select(Project, Membership.role).join(Membership).where(Membership.user_id == user.id)
    with read_session() as session:
        rows = fetch_page(
            session,
            statement,
            Project.id,
            page,
            lambda row: (row[0], row[1]),
            newest_first=Project.created_at,
        )
        return Page(items=projects_out(session, rows.items), next_cursor=rows.next_cursor)


@router.get("/projects/{project_id}")
def get_project(project_id: str, user: CurrentUser) -> ProjectOut:
    """Return a project with its categories and counts."""
    with read_session() as session:
        return project_out(session, find(session, Project, project_id, user), user)


@router.patch("/projects/{project_id}")
def change_project(project_id: str, body: ProjectPatch, user: CurrentUser) -> ProjectOut:
    """Rename a project, or let everybody who labels make categories (or owners alone again)."""
    with write_session() as session:
        project = find(session, Project, project_id, user, "owner")
        project.name = project.name if body.name is None else body.name
        if body.open_categories is not None:
            project.open_categories = body.open_categories
        session.flush()
        return project_out(session, project, user)


@router.delete("/projects/{project_id}", status_code=204)
def delete_project(project_id: str, user: CurrentUser) -> None:
    """Delete a project with everything in it: images, labels, rounds, encoders and jobs.

    Nobody sees it from then on. A job deletes what it holds, which takes a while where there is much.
    """
    with write_session() as session:
        deleting.delete_project(session, find(session, Project, project_id, user, "owner"), user.id)
