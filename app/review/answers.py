"""Labels of a review: what an image has before a page gives it one, and the row that it gets."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.identifiers import new_id
from app.core.models import Annotation, Image, Query, Round
from app.core.order import oldest_first
from app.core.states import ROUND_ENDED
from app.labelling.records import EXCLUDING
from app.review.said import Said

GONE = "The image has been deleted meanwhile."
LABELLED = "Somebody has labelled it meanwhile: that label stays."
CHANGED = "Somebody has changed its label meanwhile: that one stays."
ASKED = "A round asks about it now."


@dataclass(frozen=True)
class Known:
    """Of the images of a page, those that are there, what stands of them, and what is asked of them.

    `standing` is the newest live label that says what an image is, `versions` the highest of any label.
    """

    images: set[str]
    standing: dict[str, Annotation]
    versions: dict[str, int]
    asked: set[str]


def read_known(session: Session, image_ids: list[str]) -> Known:
    """Return what is known of images, which are locked."""
    labels = select(Annotation).where(Annotation.image_id.in_(image_ids)).order_by(*oldest_first(Annotation))
    rows = session.scalars(labels).all()
    versions: dict[str, int] = {}
    for row in rows:
        versions[row.image_id] = max(row.version, versions.get(row.image_id, 0))
    says = [row for row in rows if row.category_id is not None or row.skip in EXCLUDING]
    asked = (
        select(Query.image_id)
        .join(Round, Round.id == Query.round_id)
        .where(Query.image_id.in_(image_ids), Query.state == "open", Round.state.not_in(ROUND_ENDED))
    )
    return Known(
        set(session.scalars(select(Image.id).where(Image.id.in_(image_ids)))),
        {row.image_id: row for row in says if row.superseded_at is None},
        versions,
        set(session.scalars(asked)),
    )


def new_label(row: Round, image_id: str, said: Said, known: Known, **columns: Any) -> dict[str, Any]:
    """Return the row of a label that a review gives."""
    return {
        "id": new_id(),
        "project_id": row.project_id,
        "image_id": image_id,
        "category_id": said.category_id,
        "skip": said.skip,
        "kind": "review",
        "version": known.versions.get(image_id, 0) + 1,
        "created_at": now(),
        **columns,
    }
