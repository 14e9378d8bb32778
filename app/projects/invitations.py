"""Invitation links: made by owners, stored as a hash, good for some days and some people."""

from datetime import datetime, timedelta

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from app.core.config import get_settings
from app.core.database import now
from app.core.models import Invitation, Membership, Project, User
from app.core.problems import Problem
from app.core.security import new_token, token_hash
from app.projects.schemas import InvitationState, NewInvitation

ENDED = {
    "withdrawn": "This invitation was withdrawn.",
    "used": "This invitation has been used up.",
    "expired": "This invitation has expired.",
}


def make_invitation(
    session: Session, project_id: str, owner_id: str, body: NewInvitation
) -> tuple[Invitation, str]:
    """Return a new invitation and the path of its link, which is not stored and cannot be shown again."""
    token = new_token("join")
    row = Invitation(
        project_id=project_id,
        role=body.role,
        token_hash=token_hash(token),
        uses=body.uses,
        created_by=owner_id,
        expires_at=now() + timedelta(days=body.expires_in_days),
    )
    session.add(row)
    session.flush()
    return row, f"{get_settings().root_path}/join/{token}"


def state_of(row: Invitation, moment: datetime) -> InvitationState:
    """Return whether people can still join by an invitation, or why not."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.used >= row.uses:
        return "used"
    return "expired" if row.expires_at <= moment else "open"


def _statement(token: str) -> Select[Invitation, Project, User]:
    """Return what finds an invitation whose maker still owns the project."""
    return (
        select(Invitation, Project, User)
        .join(Project, Project.id == Invitation.project_id)
        .join(User, (User.id == Invitation.created_by) & User.active)
        .join(Membership, (Membership.project_id == Project.id) & (Membership.user_id == User.id))
        .where(Invitation.token_hash == token_hash(token), Membership.role == "owner")
    )


def find_open(session: Session, token: str) -> Row[Invitation, Project, User]:
    """Return (invitation, project, its maker) of a link; 404 with the reason where nobody can join by it."""
    row = session.execute(_statement(token)).first()
    if row is None:
        raise Problem(404, "There is no such invitation, or it was withdrawn. Ask for a new one.")
    state = state_of(row[0], now())
    if state != "open":
        raise Problem(404, f"{ENDED[state]} Ask for a new one.")
    return row


def makes_accounts(maker: User) -> bool:
    """Return whether somebody without an account may make one by an invitation of `maker`."""
    return get_settings().invitations_make_accounts and maker.role == "admin"


def join(session: Session, token: str, user_id: str) -> str:
    """Make the user a member by the link `token` and return the project's id.

    Who is a member already stays what they are, and uses nothing up. 404 where the link is good no more.
    """
    invitation, project, _maker = find_open(session, token)
    if session.get(Membership, (project.id, user_id)) is not None:
        return project.id
    taken = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.used < Invitation.uses)
        .where(Invitation.withdrawn_at.is_(None))
        .values(used=Invitation.used + 1)
        .returning(Invitation.id),
        execution_options={"synchronize_session": False},
    )
    if taken.first() is None:
        raise Problem(404, f"{ENDED['used']} Ask for a new one.")
    session.add(Membership(project_id=project.id, user_id=user_id, role=invitation.role))
    session.flush()
    return project.id
