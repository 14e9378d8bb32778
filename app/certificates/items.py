"""Handing out an audit's images, answering them, and taking an answer back."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.certificates.audits import advance, locked, void_where_changed
from app.certificates.giving import give_label, take_label_back
from app.certificates.labels import kept_labels
from app.certificates.progress import ANSWERED
from app.certificates.schemas import AuditAnswer
from app.core.config import get_settings
from app.core.database import now
from app.core.models import Audit, AuditItem, Category
from app.core.problems import Problem, not_found


def expiry() -> datetime:
    """Return when an image handed out now is handed to somebody else."""
    return now() + timedelta(seconds=get_settings().lease_seconds)


def hand_out(session: Session, audit: Audit, user_id: str, count: int, holder: str) -> list[AuditItem]:
    """Return up to `count` images for one person, in the order of the audit: first those they have already.

    Then come those that somebody was handed and did not answer in time, and then new ones.
    """
    audit = locked(session, audit)
    void_where_changed(session, audit)
    if audit.state != "open":
        return []
    waiting = session.scalars(
        select(AuditItem).where(AuditItem.audit_id == audit.id, ~ANSWERED).order_by(AuditItem.position)
    ).all()
    mine = [item for item in waiting if _is_mine(item, user_id, holder)]
    lapsed = [item for item in waiting if item not in mine and item.expires_at <= now()]
    chosen = [*mine, *lapsed][:count]
    chosen += _new_places(session, audit, count - len(chosen))
    for item in chosen:
        item.annotator_id, item.holder, item.expires_at = user_id, holder, expiry()
        session.add(item)
    session.flush()
    return sorted(chosen, key=lambda item: item.position)


def _is_mine(item: AuditItem, user_id: str, holder: str) -> bool:
    return item.annotator_id == user_id and item.holder == holder and item.expires_at > now()


def _new_places(session: Session, audit: Audit, count: int) -> list[AuditItem]:
    last = session.scalar(select(func.max(AuditItem.position)).where(AuditItem.audit_id == audit.id))
    start = 0 if last is None else last + 1
    order = list(kept_labels(audit.labels_key).unseen.items())[start : start + max(0, count)]
    return [
        AuditItem(audit_id=audit.id, position=position, image_id=image, label_id=label, skipped=False)
        for position, (image, label) in enumerate(order, start=start)
    ]


def find_item(session: Session, audit: Audit, item_id: str) -> AuditItem:
    """Return an image of the audit; 404 where it has no such."""
    item = session.get(AuditItem, item_id)
    if item is None or item.audit_id != audit.id:
        raise not_found("audit item")
    return item


def answer(session: Session, audit: Audit, item_id: str, said: AuditAnswer, user_id: str) -> AuditItem:
    """Store an answer, which gives the image its label; the audit ends with it where the goal is reached.

    The same answer again changes nothing, another one of the same person replaces the first. 409 where the
    image is with somebody else, or was answered by somebody else.
    """
    item = find_item(session, locked(session, audit), item_id)
    is_answered = item.skipped or item.category_id is not None
    if item.annotator_id != user_id and (is_answered or item.expires_at > now()):
        raise Problem(409, "This image is with somebody else now. Your answer does not count.")
    if is_answered and (item.category_id, item.skipped) == (said.category_id, said.skip is not None):
        return item
    if said.category_id is not None:
        _require_category(session, audit.project_id, said.category_id)
    if is_answered:
        take_label_back(session, item)
    item.annotator_id, item.answered_at, item.seconds = user_id, now(), said.seconds
    item.category_id, item.skipped = said.category_id, said.skip is not None
    if said.category_id is not None:
        give_label(session, audit.project_id, item, said.category_id)
    advance(session, audit)
    return item


def _require_category(session: Session, project_id: str, category_id: str) -> None:
    active = select(Category.id).where(
        Category.id == category_id, Category.project_id == project_id, Category.archived_at.is_(None)
    )
    if session.scalar(active) is None:
        raise Problem(422, "The project has no such active category.", field="category_id")


def undo(
    session: Session, audit: Audit, item_id: str, user_id: str, holder: str
) -> tuple[AuditItem, AuditAnswer]:
    """Take the caller's answer back and hand the image to them again; returns it and what they had said."""
    item = find_item(session, locked(session, audit), item_id)
    if item.annotator_id != user_id or not (item.skipped or item.category_id):
        raise Problem(404, "There is no answer of yours to take back.")
    said = AuditAnswer(category_id=item.category_id, skip="unclear" if item.skipped else None)
    take_label_back(session, item)
    item.category_id, item.skipped, item.answered_at, item.seconds = None, False, None, None
    item.holder, item.expires_at = holder, expiry()
    session.flush()
    return item, said
