"""Whether an audit is under way."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Audit


def open_audit(session: Session, project_id: str) -> Audit | None:
    """Return the project's audit that is under way; None without one."""
    return session.scalar(select(Audit).where(Audit.project_id == project_id, Audit.state == "open"))


def audit_is_open(session: Session, project_id: str) -> bool:
    """Return whether an audit is under way: the model's labels stay as they are while it lasts."""
    return open_audit(session, project_id) is not None
