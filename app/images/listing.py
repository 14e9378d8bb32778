"""Images with the label that counts, filtered."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.access import shown_path
from app.core.models import Annotation, Image
from app.core.order import newest_first
from app.images.names import LONGEST_PATH, plain_text
from app.images.schemas import ImageOut
from app.projects.weak_labels import WEAK

ImageState = Literal["labelled", "unlabelled", "excluded", "indicator", "weak"]
OF_LABELS: set[ImageState] = {"labelled", "indicator", "weak"}
COLUMNS = (Image, Annotation.category_id, Annotation.kind, Annotation.version)
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
    return select(*COLUMNS).outerjoin(Annotation, label)


def labelled_images(project_id: str) -> Select[*tuple[Any, ...]]:
    """Return the same of images that have a label, found by their labels: most have none while people label.

    In the order of `Annotation.image_id`, which an index has.
    """
    statement = select(*COLUMNS).select_from(Annotation).join(Image, Image.id == Annotation.image_id)
    live = Annotation.superseded_at.is_(None), Annotation.category_id.is_not(None)
    return statement.where(Annotation.project_id == project_id, *live, Annotation.id == _newest_label)


def listed(
    project_id: str, split: str | None, state: ImageState | None, category_id: str | None, path: str | None
) -> tuple[Select[*tuple[Any, ...]], InstrumentedAttribute[str]]:
    """Return (what selects the images that a caller asks to see, the column of ids that it is ordered by)."""
    states: dict[ImageState, ColumnElement[bool]] = {
        "labelled": Annotation.kind != WEAK,
        "unlabelled": and_(Annotation.category_id.is_(None), Image.excluded.is_(None)),
        "excluded": Image.excluded.is_not(None),
        "indicator": Annotation.kind == "indicator",
        "weak": Annotation.kind == WEAK,
    }
    chosen = []
    if split is not None:
        chosen.append(Image.split == split)
    if state is not None:
        chosen.append(states[state])
    if category_id is not None:
        chosen.append(Annotation.category_id == category_id)
    if path:
        chosen.append(Image.path.icontains(plain_text(path, LONGEST_PATH), autoescape=True))
    if state in OF_LABELS or category_id is not None:
        return labelled_images(project_id).where(*chosen), Annotation.image_id
    return images_with_labels().where(Image.project_id == project_id, *chosen), Image.id


def image_out(row: Row[*tuple[Any, ...]], role: str) -> ImageOut:
    """Return what the API says to somebody in `role` about one row of `images_with_labels`."""
    image: Image = row[0]
    version = None if row.kind == WEAK else row.version
    label = {"category_id": row.category_id, "kind": row.kind, "annotation_version": version}
    columns = {name: getattr(image, name) for name in ImageOut.model_fields if name not in label}
    return ImageOut.model_validate(columns | label | {"path": shown_path(image.path, role)})
