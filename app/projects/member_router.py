"""Who works on a project, and as what."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Row, select

from app.access import find
from app.core.database import read_session, write_session
from app.core.models import Membership, Project, User
from app.deps import CurrentUser
from app.pagination import Page, PageQuery, fetch_page
from app.projects import service
from app.projects.schemas import MemberOut, MemberPut, PersonOut

router = APIRouter(tags=["members"])
NameStart = Annotated[str, Query(max_length=80)]


def _member_out(row: Row[*tuple[Any, ...]]) -> MemberOut:
    return MemberOut(user_id=row.id, name=row.name, role=row.role)


@router.get("/projects/{project_id}/members")
def list_members(project_id: str, user: CurrentUser, page: PageQuery) -> Page[MemberOut]:
    """List the members of a project."""
    with read_session() as session:
        project = find(session, Project, project_id, user)
        statement = select(User.id, User.name, Membership.role).join(Membership)
        members = statement.where(Membership.project_id == project.id)
        return fetch_page(session, members, User.id, page, _member_out)


@router.get("/projects/{project_id}/people")
def find_people(project_id: str, user: CurrentUser, start: NameStart = "") -> list[PersonOut]:
    """Return the names of at most 20 people who are no members and whose name begins so, for owners to pick.

    Whoever owns a project can look up the names of this installation this way, and nothing else of them.
    """
    with read_session() as session:
        project = find(session, Project, project_id, user, "owner")
        names = service.names_of_others(session, project.id, start)
        return [PersonOut(name=name) for name in names]


@router.put("/projects/{project_id}/members")
def put_member(project_id: str, body: MemberPut, user: CurrentUser) -> MemberOut:
    """Add a member by name, or change their role."""
    with write_session() as session:
        project = find(session, Project, project_id, user, "owner")
        member, role = service.put_member(session, project.id, body.name, body.role)
    return MemberOut.model_validate({"user_id": member.id, "name": member.name, "role": role})


@router.delete("/projects/{project_id}/members/{user_id}", status_code=204)
def delete_member(project_id: str, user_id: str, user: CurrentUser) -> None:
    """Remove a member; anybody may leave, others are removed by an owner."""
    with write_session() as session:
        needed = "annotator" if user_id == user.id else "owner"
        project = find(session, Project, project_id, user, needed)
        service.remove_member(session, project.id, user_id)
