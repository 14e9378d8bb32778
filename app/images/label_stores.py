"""Where the labels that come with files are kept: as truths, or as annotations."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from sqlalchemy import ColumnElement, Select, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.identifiers import new_id
from app.core.models import Annotation, Category, Image, MergedTruth, Truth
from app.images.schemas import Labels
from app.labelling.records import supersede
from app.projects.weak_labels import WEAK


@dataclass(frozen=True, slots=True)
class Standing:
    """The label that an image has: its category, the import that brought it, if any, and the image's path."""

    category_id: str
    category: str
    import_id: str | None
    path: str


class LabelStore(Protocol):
    """Labels of one kind in a project. `replaces` says whether a later import may change them."""

    replaces: ClassVar[bool]

    def standing(self, image_ids: Collection[str]) -> dict[str, Standing]:
        """Return the labels that images have."""

    def add(self, chosen: Mapping[str, str]) -> None:
        """Give images their category ids, in place of what they have."""

    def withdraw(self, image_id: str) -> None:
        """Take away what this import gave an image."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where labels come from: an import of a project, and whoever started it."""

    project_id: str
    created_by: str | None
    import_id: str


def label_store(session: Session, labels: Labels, origin: Origin) -> LabelStore:
    """Return where labels go: `truth` or `annotate`."""
    return _Truths(session, origin) if labels == "truth" else _Annotations(session, origin)


class _Truths:
    replaces: ClassVar[bool] = True

    def __init__(self, session: Session, origin: Origin) -> None:
        self._session, self._origin = session, origin

    def standing(self, image_ids: Collection[str]) -> dict[str, Standing]:
        return _standing(self._session, Truth, image_ids)

    def add(self, chosen: Mapping[str, str]) -> None:
        if not chosen:
            return
        given_since = delete(MergedTruth).where(MergedTruth.image_id.in_(chosen))
        self._session.execute(given_since)  # what is said after a merge stays when it is split
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(Truth)
        given = {name: statement.excluded[name] for name in ("category_id", "import_id")}
        self._session.execute(
            statement.on_conflict_do_update(index_elements=["image_id"], set_=given),
            [
                {"image_id": image_id, "category_id": category_id, "import_id": self._origin.import_id}
                for image_id, category_id in chosen.items()
            ],
        )

    def withdraw(self, image_id: str) -> None:
        self._session.execute(delete(Truth).where(Truth.image_id == image_id))


class _Annotations:
    replaces: ClassVar[bool] = False

    def __init__(self, session: Session, origin: Origin) -> None:
        self._session, self._origin = session, origin

    def standing(self, image_ids: Collection[str]) -> dict[str, Standing]:
        live = Annotation.superseded_at.is_(None), Annotation.kind != WEAK  # which gives way to an import
        return _standing(self._session, Annotation, image_ids, *live)

    def add(self, chosen: Mapping[str, str]) -> None:
        rows = [self._row(image_id, category_id) for image_id, category_id in chosen.items()]
        if rows:
            self._session.execute(insert(Annotation), rows)

    def _row(self, image_id: str, category_id: str) -> dict[str, Any]:
        return {
            "id": new_id(),
            "project_id": self._origin.project_id,
            "image_id": image_id,
            "category_id": category_id,
            "kind": "imported",
            "annotator_id": self._origin.created_by,
            "import_id": self._origin.import_id,
            "version": 1,
            "created_at": now(),
        }

    def withdraw(self, image_id: str) -> None:
        own = select(Annotation.id).where(
            Annotation.image_id == image_id,
            Annotation.import_id == self._origin.import_id,
            Annotation.superseded_at.is_(None),
        )
        for annotation_id in self._session.scalars(own).all():
            supersede(self._session.connection(), annotation_id)


def _standing(
    session: Session,
    table: type[Truth] | type[Annotation],
    image_ids: Collection[str],
    *conditions: ColumnElement[bool],
) -> dict[str, Standing]:
    statement: Select[*tuple[Any, ...]] = (
        select(table.image_id, table.category_id, Category.name, table.import_id, Image.path)
        .join(Category, Category.id == table.category_id)
        .join(Image, Image.id == table.image_id)
        .where(table.image_id.in_(image_ids), *conditions)
    )
    return {row[0]: Standing(*row[1:]) for row in session.execute(statement)}
