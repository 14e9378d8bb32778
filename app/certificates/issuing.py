"""Certificates: written with the answer that they follow from."""

from datetime import UTC, datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates.labels import Labels, keep_labels, kept_labels, labels_key
from app.certificates.progress import Answers, read_answers
from app.core.identifiers import new_id
from app.core.models import Audit, AuditItem, Certificate
from ml.certificate.counts import Counts, category_counts
from ml.certificate.statement import certificate


def issue(session: Session, audit: Audit, labels: Labels) -> Certificate:
    """Add the certificate of what `audit` proves of `labels`, which are those of this moment."""
    found = read_answers(session, audit)
    sample = found.sample()
    statement = certificate(
        sample,
        found.seen_before,
        audit.sure,
        datetime.now(UTC).date(),
        goal=audit.goal,
        attempt=audit.attempt,
        later=len(labels.seen) - found.seen_now,
    )
    identifier = new_id()
    row = Certificate(
        id=identifier,
        project_id=audit.project_id,
        audit_id=audit.id if audit.population else None,
        step_id=labels.step_id,
        statement=statement.model_dump(mode="json"),
        counts=counts_of(session, found, labels),
        labels_key=labels_key(audit.project_id, identifier),
        created_by=audit.created_by,
    )
    keep_labels(labels, row.labels_key)
    session.add(row)
    session.flush()
    return row


def counts_of(session: Session, found: Answers, labels: Labels) -> list[dict[str, float | int | str]]:
    """Return what `CategoryCount` needs of each category but its name.

    What nobody could tell may be of any category: it is in the upper end of each.
    """
    audit, frozen = found.audit, kept_labels(found.audit.labels_key)
    known = [labels.seen[image] for image in frozen.seen]
    names = sorted({*labels.categories, *known, *frozen.unseen.values()})
    place = {name: number for number, name in enumerate(names)}
    rows = session.scalars(
        select(AuditItem).where(AuditItem.audit_id == audit.id).order_by(AuditItem.position)
    ).all()[: found.sample().audited]
    # The skipped are a category of their own, the last, so that they count for none that has a name.
    answers = [len(names) if row.skipped else place[row.category_id or ""] for row in rows]
    counted = category_counts(
        np.array([place[name] for name in known], dtype=np.int64),
        np.array([place[name] for name in frozen.unseen.values()], dtype=np.int64),
        np.array(answers, dtype=np.int64),
        len(names) + 1,
        1 - audit.sure,
    )
    skipped = answers.count(len(names))
    return [_count(name, number, counted, skipped) for name, number in place.items()]


def _count(name: str, number: int, counted: Counts, skipped: int) -> dict[str, float | int | str]:
    return {
        "category_id": name,
        "estimate": round(float(counted.estimate[number]), 1),
        "low": round(float(counted.low[number])),
        "high": round(float(counted.high[number])) + skipped,
    }
