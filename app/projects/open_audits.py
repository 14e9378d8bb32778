"""Whether an audit is under way: the model's labels stay as they are while it lasts (ADR 34)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Audit, Project
from app.core.problems import Problem

AUDITED = "An audit is under way: the labels that it is about stay as they are until it has ended."


def open_audit(session: Session, project_id: str) -> Audit | None:
    """Return the project's audit that is under way; None without one."""
    return session.scalar(select(Audit).where(Audit.project_id == project_id, Audit.state == "open"))


def audit_is_open(session: Session, project_id: str) -> bool:
    """Return whether an audit is under way."""
    return open_audit(session, project_id) is not None


def labels_are_audited(session: Session, project_id: str) -> bool:
    """Return whether an audit is under way; none begins before the commit where there is none.

    An audit that is just beginning is waited for. This keeps nobody from adding rows of the project.
    """
    held = select(Project.id).where(Project.id == project_id).with_for_update(read=True, key_share=True)
    session.execute(held)
    return audit_is_open(session, project_id)


def require_no_audit(session: Session, project_id: str) -> None:
    """Raise 409 where an audit is under way: what would have a model learn has to wait for its end."""
    if labels_are_audited(session, project_id):
        raise Problem(409, AUDITED)
