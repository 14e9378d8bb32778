"""What is certified of a project: the one sentence that its page, the API and every export say."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.certificates.changes import why_void
from app.certificates.labels import Labels, kept_labels, labels_now
from app.certificates.schemas import CategoryCount, CertificateOut
from app.core.database import now
from app.core.models import Annotation, Category, Certificate, Project
from app.core.order import newest_first
from app.labelling.seen import SEEN
from app.projects.image_counters import left_out
from ml.certificate.audit import Audit as Sample
from ml.certificate.statement import Certificate as Statement
from ml.certificate.statement import certificate

SURE = 0.95
LOST = "The labels that it is about are lost from storage."


def certified(session: Session, project_id: str) -> CertificateOut | None:
    """Return what holds of the project's labels now, or else what held last; None before the first."""
    if nothing_certified(session, project_id):
        return None
    return current_certificate(session, project_id, labels_now(session, project_id))


def nothing_certified(session: Session, project_id: str) -> bool:
    """Return whether `certified` is None, where a few numbers tell: then no label has to be read."""
    issued = select(Certificate.id).where(Certificate.project_id == project_id)
    if session.scalars(issued.limit(1)).first() is not None:
        return False
    labels = select(func.count()).where(Annotation.project_id == project_id, SEEN).scalar_subquery()
    usable = select(Project.pool_images - left_out() > labels).where(Project.id == project_id)
    return session.scalars(usable).one()


def current_certificate(session: Session, project_id: str, labels: Labels) -> CertificateOut | None:
    """Return what is `certified` where `labels` are those of now."""
    newest = newest_certificate(session, project_id, labels)
    if newest is not None and newest.void is None:
        return newest
    return all_seen(session, project_id, labels) or newest


def newest_certificate(session: Session, project_id: str, labels: Labels) -> CertificateOut | None:
    """Return the certificate that was issued last; None without one."""
    statement = select(Certificate).where(Certificate.project_id == project_id)
    row = session.scalars(statement.order_by(*newest_first(Certificate)).limit(1)).first()
    return certificates_out(session, project_id, [row], labels)[0] if row else None


def all_seen(session: Session, project_id: str, labels: Labels) -> CertificateOut | None:
    """Return what holds where people have seen every image; None where they have not."""
    if not labels.seen or labels.unseen or labels.without:
        return None
    last = session.scalar(
        select(func.max(Annotation.created_at)).where(Annotation.project_id == project_id, SEEN)
    )
    statement = certificate(Sample(0, 1 - SURE), labels.images, SURE, (last or now()).date())
    found = Counter(labels.seen.values())
    counts = [
        {"category_id": name, "estimate": float(found[name]), "low": found[name], "high": found[name]}
        for name in sorted({*labels.categories, *found})
    ]
    return _out(statement, _named(session, project_id, counts), void=None, model=labels.model)


def certificates_out(
    session: Session, project_id: str, rows: Iterable[Certificate], labels: Labels
) -> list[CertificateOut]:
    """Return certificates as the API shows them, with why those are void that are."""
    found = []
    for row in rows:
        void, model = _verdict(row, labels)
        found.append(
            _out(
                Statement.model_validate(row.statement),
                _named(session, project_id, row.counts),
                void=void,
                model=model,
                row=row,
            )
        )
    return found


def _verdict(row: Certificate, labels: Labels) -> tuple[str | None, str | None]:
    try:
        then = kept_labels(row.labels_key)
    except FileNotFoundError:
        return LOST, None
    return why_void(then, labels), then.model


def _named(session: Session, project_id: str, counts: list[dict[str, object]]) -> list[CategoryCount]:
    statement = select(Category.id, Category.name).where(Category.project_id == project_id)
    names = {row.id: row.name for row in session.execute(statement.order_by(Category.position))}
    by_id = {str(count["category_id"]): count for count in counts}
    return [
        CategoryCount.model_validate({"category": name, **by_id[category_id]})
        for category_id, name in names.items()
        if category_id in by_id
    ]


def _out(
    statement: Statement,
    counts: list[CategoryCount],
    *,
    void: str | None,
    model: str | None,
    row: Certificate | None = None,
) -> CertificateOut:
    dated = f"{statement.sentence} ({statement.date.isoformat()})"
    return CertificateOut(
        id=row.id if row else None,
        sentence=statement.sentence,
        said=f"Void, it was: {dated}. {void}" if void else dated,
        date=statement.date,
        statement=statement,
        share=statement.share,
        model=model,
        audit_id=row.audit_id if row else None,
        void=void,
        counts=counts,
        created_at=row.created_at if row else None,
    )
