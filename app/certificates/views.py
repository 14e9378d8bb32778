"""Audits as the API shows them."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.certificates.labels import kept_labels
from app.certificates.progress import shown_progress
from app.certificates.schemas import (
    AuditAnswerOut,
    AuditImage,
    AuditItemOut,
    AuditLease,
    AuditOut,
    MyAuditAnswer,
)
from app.core.models import Audit, AuditItem, Certificate, Image


def audit_out(session: Session, audit: Audit) -> AuditOut:
    """Return an audit with how far it is."""
    columns = (
        "id", "project_id", "state", "goal", "sure", "mistakes", "attempt", "alpha", "images", "population",
        "reason", "created_at", "finished_at",
    )  # fmt: skip
    led_to = select(Certificate.id).where(Certificate.audit_id == audit.id)
    return AuditOut(
        **{name: getattr(audit, name) for name in columns},
        model=_model(audit),
        progress=shown_progress(session, audit),
        certificate_id=session.scalar(led_to),
    )


def _model(audit: Audit) -> str | None:
    try:
        return kept_labels(audit.labels_key).model
    except FileNotFoundError:
        return None


def leases_out(session: Session, items: list[AuditItem]) -> list[AuditLease]:
    """Return images as they are handed out, which says nothing of what the model calls them."""
    statement = select(Image.id, Image.width, Image.height).where(
        Image.id.in_([item.image_id for item in items])
    )
    images = {
        row.id: AuditImage(id=row.id, width=row.width, height=row.height)
        for row in session.execute(statement)
    }
    return [
        AuditLease(item_id=item.id, image=images[item.image_id], expires_at=item.expires_at) for item in items
    ]


def answer_out(session: Session, audit: Audit, item: AuditItem) -> AuditAnswerOut:
    """Return an answer as its author is told of it, with how far the audit is after it."""
    return AuditAnswerOut(
        item_id=item.id,
        image_id=item.image_id,
        category_id=item.category_id,
        skip="unclear" if item.skipped else None,
        audit=audit_out(session, audit),
    )


def item_out(row: Row[*tuple[Any, ...]]) -> AuditItemOut:
    """Return a place of an audit that has ended, with the name of who answered it."""
    item: AuditItem = row.AuditItem
    return AuditItemOut(
        position=item.position,
        image_id=item.image_id,
        label_id=item.label_id,
        category_id=item.category_id,
        skipped=item.skipped,
        annotator=row.name,
        answered_at=item.answered_at,
    )


def my_answer_out(row: Row[*tuple[Any, ...]]) -> MyAuditAnswer:
    """Return an answer as the person who gave it is told: not what the image was called."""
    item: AuditItem = row.AuditItem
    return MyAuditAnswer.model_validate(
        {
            "item_id": item.id,
            "image_id": item.image_id,
            "category_id": item.category_id,
            "skip": "unclear" if item.skipped else None,
            "answered_at": item.answered_at,
        }
    )
