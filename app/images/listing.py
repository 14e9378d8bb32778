"""Images with the label that counts, filtered."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import aliased

from app.access import shown_path
from app.core.models import Annotation, Image
from app.core.order import newest_first
from app.images.names import LONGEST_PATH, plain_text
from app.images.schemas import ImageOut
from app.projects.weak_labels import WEAK

ImageState = Literal["labelled", "unlabelled", "excluded", "indicator", "weak"]
_newest = aliased(Annotation)
_newest_label = (
    select(_newest.id)
    .where(_newest.image_id == Image.id, _newest.superseded_at.is_(None), _newest.category_id.is_not(None))
    .order_by(_newest.kind == WEAK, *newest_first(_newest))  # which only counts without another label
    .limit(1)
    .correlate(Image)
    .scalar_subquery()
)


def images_with_labels() -> Select[*tuple[Any, ...]]:
    """Return a select of (image, category_id, kind, version); the last three are None without a label."""
    label = and_(Annotation.image_id == Image.id, Annotation.id == _newest_label)
    return select(Image, Annotation.category_id, Annotation.kind, Annotation.version).outerjoin(
        Annotation, label
    )


def conditions(
    project_id: str, split: str | None, state: ImageState | None, category_id: str | None, path: str | None
) -> list[ColumnElement[bool]]:
    """Return the conditions on `images_with_labels` for what a caller asks to see."""
    states: dict[ImageState, ColumnElement[bool]] = {
        "labelled": and_(Annotation.category_id.is_not(None), Annotation.kind != WEAK),
        "unlabelled": and_(Annotation.category_id.is_(None), Image.excluded.is_(None)),
        "excluded": Image.excluded.is_not(None),
        "indicator": Annotation.kind == "indicator",
        "weak": Annotation.kind == WEAK,
    }
    chosen = [Image.project_id == project_id]
    if split is not None:
        chosen.append(Image.split == split)
    if state is not None:
        chosen.append(states[state])
    if category_id is not None:
        chosen.append(Annotation.category_id == category_id)
    if path:
        chosen.append(Image.path.icontains(plain_text(path, LONGEST_PATH), autoescape=True))
    return chosen


def image_out(row: Row[*tuple[Any, ...]], role: str) -> ImageOut:
    """Return what the API says to somebody in `role` about one row of `images_with_labels`."""
    image: Image = row[0]
    version = None if row.kind == WEAK else row.version
    label = {"category_id": row.category_id, "kind": row.kind, "annotation_version": version}
    columns = {name: getattr(image, name) for name in ImageOut.model_fields if name not in label}
    return ImageOut.model_validate(columns | label | {"path": shown_path(image.path, role)})
