"""Invitations to a project, and joining by one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy import select

from app.access import find
from app.auth.router import refuse_foreign_page, set_cookie
from app.auth.service import create_user, start_session
from app.core.database import now, read_session, write_session
from app.core.models import Invitation, Project, User
from app.core.problems import Problem
from app.core.security import hash_password
from app.deps import CurrentUser
from app.pagination import Page, PageQuery, fetch_page
from app.projects import invitations
from app.projects.schemas import (
    InvitationCreated,
    InvitationLink,
    InvitationOut,
    JoinedOut,
    NewAccount,
    NewInvitation,
)

router = APIRouter(tags=["members"])
InvitationToken = Annotated[str, Path(max_length=200)]


def _out(row: Invitation) -> InvitationOut:
    values = {name: getattr(row, name) for name in InvitationOut.model_fields if name != "state"}
    return InvitationOut(state=invitations.state_of(row, now()), **values)


@router.post("/projects/{project_id}/invitations", status_code=201)
def create_invitation(project_id: str, body: NewInvitation, user: CurrentUser) -> InvitationCreated:
    """Make a link by which people join the project; it is shown this once."""
    with write_session() as session:
        project = find(session, Project, project_id, user, "owner")
        row, link = invitations.make_invitation(session, project.id, user.id, body)
        return InvitationCreated(link=link, **_out(row).model_dump())


@router.get("/projects/{project_id}/invitations")
def list_invitations(project_id: str, user: CurrentUser, page: PageQuery) -> Page[InvitationOut]:
    """List the project's invitations, for its owners."""
    with read_session() as session:
        project = find(session, Project, project_id, user, "owner")
        statement = select(Invitation).where(Invitation.project_id == project.id)
        return fetch_page(session, statement, Invitation.id, page, lambda row: _out(row[0]))


@router.delete("/invitations/{invitation_id}", status_code=204)
def withdraw_invitation(invitation_id: str, user: CurrentUser) -> None:
    """Withdraw an invitation: nobody joins by it any more, and those who have stay."""
    with write_session() as session:
        row = find(session, Invitation, invitation_id, user, "owner")
        row.withdrawn_at = row.withdrawn_at or now()


@router.get("/invitation-links/{token}")
def get_invitation_link(token: InvitationToken) -> InvitationLink:
    """Return what a link invites to; 404 with the reason where it is good no more."""
    with read_session() as session:
        row, project, maker = invitations.find_open(session, token)
        return InvitationLink(
            project=project.name,
            role=row.role,
            invited_by=maker.name,
            makes_accounts=invitations.makes_accounts(maker),
        )


@router.post("/invitation-links/{token}", status_code=201)
def join_project(token: InvitationToken, user: CurrentUser) -> JoinedOut:
    """Join the project as the caller; a member stays what they are."""
    with write_session() as session:
        return JoinedOut(project_id=invitations.join(session, token, user.id))


@router.post(
    "/invitation-links/{token}/account", status_code=201, dependencies=[Depends(refuse_foreign_page)]
)
def join_with_new_account(
    token: InvitationToken, body: NewAccount, request: Request, response: Response
) -> JoinedOut:
    """Make an account, sign in and join. 403 unless this installation allows it for this invitation."""
    with read_session() as session:
        _require_accounts(invitations.find_open(session, token)[2])  # before the slow hash
    password_hash = hash_password(body.password)
    with write_session() as session:
        _require_accounts(invitations.find_open(session, token)[2])
        user = create_user(session, body.name, password_hash)
        joined = JoinedOut(project_id=invitations.join(session, token, user.id))
        secret = start_session(session, user.id)
    set_cookie(request, response, secret)
    return joined


def _require_accounts(maker: User) -> None:
    if not invitations.makes_accounts(maker):
        raise Problem(403, "This invitation makes no accounts. Ask an administrator for a sign-in link.")
