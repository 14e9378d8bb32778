"""Which images are answered without the model's guess: no list shows it until they are answered."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.certificates.labels import kept_labels
from app.certificates.progress import ANSWERED
from app.core.models import Audit, AuditItem, Image
from app.projects.open_audits import open_audit


def hidden_guesses(session: Session, project_id: str) -> frozenset[str]:
    """Return the images that the project's open audit may still ask about; none without one."""
    audit = open_audit(session, project_id)
    if audit is None:
        return frozenset()
    try:
        asked = frozenset(kept_labels(audit.labels_key).unseen)
    except FileNotFoundError:
        return frozenset()
    answered = select(AuditItem.image_id).where(AuditItem.audit_id == audit.id, ANSWERED)
    return asked.difference(session.scalars(answered))


def is_with_an_auditor() -> ColumnElement[bool]:
    """Return whether an `Image` was handed out by an open audit and is not answered."""
    return exists().where(
        AuditItem.image_id == Image.id, AuditItem.audit_id == Audit.id, Audit.state == "open", ~ANSWERED
    )
