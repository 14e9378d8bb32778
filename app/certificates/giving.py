"""The label that an audit's answer gives an image, and taking it back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Annotation, AuditItem, Image
from app.core.order import newest_first
from app.labelling.records import supersede


def give_label(session: Session, project_id: str, item: AuditItem, category_id: str) -> None:
    """Give the image of `item` the label; what stands there, a weak label for example, becomes history.

    A person who has given it the same label meanwhile has done so already: the item alone keeps the answer.
    """
    session.execute(select(Image.id).where(Image.id == item.image_id).with_for_update())
    live = session.scalars(
        select(Annotation)
        .where(Annotation.image_id == item.image_id, Annotation.superseded_at.is_(None))
        .where(Annotation.category_id.is_not(None))
        .order_by(*newest_first(Annotation))
    ).all()
    if live and live[0].kind != "weak" and live[0].category_id == category_id:
        return
    direct = next((label for label in live if label.query_id is None), None)
    if direct is not None:
        supersede(session.connection(), direct.id)
    label = Annotation(
        project_id=project_id,
        image_id=item.image_id,
        category_id=category_id,
        kind="audit",
        annotator_id=item.annotator_id,
        seconds=item.seconds,
        version=1 + max((label.version for label in live), default=0),
    )
    session.add(label)
    session.flush()
    item.annotation_id, item.replaced_id = label.id, direct.id if direct else None


def take_label_back(session: Session, item: AuditItem) -> None:
    """Make the label of an answer history, and let the one that it replaced stand again.

    Where somebody has corrected the label since, the correction stays.
    """
    label = session.get(Annotation, item.annotation_id) if item.annotation_id else None
    if label is not None:
        session.refresh(label)
        if label.superseded_at is None:
            supersede(session.connection(), label.id)
            before = session.get(Annotation, item.replaced_id) if item.replaced_id else None
            if before is not None:
                before.superseded_at = None
    item.annotation_id = item.replaced_id = None
    session.flush()
