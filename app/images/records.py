"""Rows of images whose blobs are in storage."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.database import advisory_lock
from app.core.identifiers import new_id
from app.core.models import Image
from app.core.storage import get_storage
from app.images.blobs import BLOBS_LOCK
from app.images.ingest import Prepared, Refused

Outcome = Prepared | Refused


@dataclass
class Tally:
    """What came of a number of files. `refused` lists the first `listed` of them, None for all."""

    listed: int | None = None
    created: int = 0
    duplicates: int = 0
    refused_total: int = 0
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, refused: Refused) -> None:
        """Count a refused file, and list it where there is room."""
        self.refused_total += 1
        if self.listed is None or len(self.refused) < self.listed:
            self.refused.append(refused)


@dataclass(frozen=True)
class Stored:
    """`images` maps the sha256 of every image that has a row now to its id; `created` are the new ones."""

    images: dict[str, str]
    created: frozenset[str]


def add_images(session: Session, project_id: str, split: str, prepared: Sequence[Prepared]) -> Stored:
    """Add a row for each image that the project does not have yet (at most a few hundred a transaction).

    An image whose blobs a deletion has just taken away is left out: `Stored.images` lacks it.
    """
    advisory_lock(session.connection(), BLOBS_LOCK, shared=True)
    storage = get_storage()
    present: dict[str, Prepared] = {}
    for each in prepared:
        if each.sha256 not in present and all(map(storage.exists, each.keys)):
            present[each.sha256] = each
    if not present:
        return Stored({}, frozenset())
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Image).on_conflict_do_nothing(index_elements=["project_id", "sha256"])
    added = session.scalars(
        statement.returning(Image.sha256),
        [
            {
                "id": new_id(),
                "project_id": project_id,
                "sha256": each.sha256,
                "filename": each.filename,
                "split": split,
                "format": each.format,
                "width": each.width,
                "height": each.height,
                "bytes": each.bytes,
            }
            for each in present.values()
        ],
    ).all()
    found = select(Image.sha256, Image.id).where(Image.project_id == project_id, Image.sha256.in_(present))
    return Stored(dict(session.execute(found).all()), frozenset(added))


def store_outcomes(
    session: Session, project_id: str, split: str, outcomes: Sequence[Outcome], tally: Tally
) -> Stored:
    """Add the images among `outcomes` and count them in `tally`; returns what is stored now."""
    stored = add_images(session, project_id, split, [each for each in outcomes if isinstance(each, Prepared)])
    fresh = set(stored.created)
    for each in outcomes:
        if isinstance(each, Refused):
            tally.refuse(each)
        elif each.sha256 not in stored.images:
            tally.refuse(Refused(each.filename, "It was deleted at this moment. Send it again."))
        elif each.sha256 in fresh:
            fresh.remove(each.sha256)
            tally.created += 1
        else:
            tally.duplicates += 1
    return stored
