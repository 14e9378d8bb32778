"""When a weak label counts: while its image has no other label (`app/labelling/weak.py` gives them)."""

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from app.core.models import Annotation

WEAK = "weak"
_other = aliased(Annotation)


def counts_weakly() -> ColumnElement[bool]:
    """Return the condition on `Annotation` that it is a live weak label and its image has no other label."""
    another = exists().where(
        _other.image_id == Annotation.image_id,
        _other.kind != WEAK,
        _other.superseded_at.is_(None),
        or_(_other.category_id.is_not(None), _other.skip != "unclear"),
    )
    return and_(Annotation.kind == WEAK, Annotation.superseded_at.is_(None), ~another)
