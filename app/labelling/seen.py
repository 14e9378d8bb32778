"""Seen: a person gave or confirmed the label of an image."""

from sqlalchemy import ColumnElement, and_, select

from app.core.models import Annotation, Image

# A weak label follows from a cluster's: nobody has looked at its image.
SEEN = and_(
    Annotation.superseded_at.is_(None), Annotation.category_id.is_not(None), Annotation.kind != "weak"
)


def is_seen() -> ColumnElement[bool]:
    """Return the condition that the `Image` of a statement has a live label that is not weak."""
    return select(Annotation.id).where(Annotation.image_id == Image.id, SEEN).exists()
