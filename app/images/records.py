"""Rows of images whose blobs are in storage."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.database import advisory_lock, read_connection
from app.core.identifiers import new_id
from app.core.models import Image
from app.core.storage import get_storage
from app.core.storage.keys import BLOBS_LOCK, image_key
from app.images.ingest import Known, Lookup, Outcome, Prepared, Refused
from app.images.names import base_name
from app.projects.image_counters import count_images


@dataclass
class Conflict:
    """Files of one import that are the same image and name different categories; it gets none of them."""

    paths: list[str]
    labels: list[str]


@dataclass
class Tally:
    """What came of a number of files: each is `created`, a duplicate or `refused`.

    `labelled` counts the images that got a category, `unlabelled` are files whose images did not get theirs,
    `conflicts` are by image id. Of each kind the first `listed` are listed, None for all.
    """

    listed: int | None = None
    created: int = 0
    duplicates: int = 0
    refused_total: int = 0
    refused: list[Refused] = field(default_factory=list)
    labelled: int = 0
    unlabelled_total: int = 0
    unlabelled: list[Refused] = field(default_factory=list)
    conflicts_total: int = 0
    conflicts: dict[str, Conflict] = field(default_factory=dict)

    def refuse(self, refused: Refused) -> None:
        """Count a refused file, and list it where there is room."""
        self.refused_total += 1
        self._list(self.refused, refused)

    def leave_unlabelled(self, path: str, reason: str) -> None:
        """Count a file whose image does not get its label, and list it where there is room."""
        self.unlabelled_total += 1
        self._list(self.unlabelled, Refused(path, reason))

    def _list(self, files: list[Refused], file: Refused) -> None:
        if self.listed is None or len(files) < self.listed:
            files.append(file)

    def conflict(self, image_id: str, paths: list[str], labels: list[str], *, known: bool) -> None:
        """Count an image that files give different categories, unless it is `known`, and list its files."""
        self.conflicts_total += not known
        listed = self.conflicts.get(image_id)
        if listed is not None:
            listed.paths += paths
            listed.labels += labels
        elif not known and (self.listed is None or len(self.conflicts) < self.listed):
            self.conflicts[image_id] = Conflict(paths, labels)


@dataclass(frozen=True)
class Stored:
    """`images` maps the sha256 of every image that has a row now to its id; `created` are the new ones."""

    images: dict[str, str]
    created: frozenset[str]


def lookup(project_id: str) -> Lookup:
    """Return a function of some sha256 that returns those whose images the project has."""

    def known(hashes: Collection[str]) -> Collection[str]:
        with read_connection() as connection:
            return _ids(connection, project_id, hashes)

    return known


def _ids(connection: Connection, project_id: str, hashes: Collection[str]) -> dict[str, str]:
    """Return the ids of the project's images by sha256, of those that are among `hashes`."""
    if not hashes:
        return {}
    statement = select(Image.sha256, Image.id).where(Image.project_id == project_id, Image.sha256.in_(hashes))
    return dict(connection.execute(statement).all())


def add_images(session: Session, project_id: str, split: str, images: Sequence[Prepared | Known]) -> Stored:
    """Add a row for each image that the project does not have yet (at most a few hundred a transaction).

    An image that a deletion has just taken away, or its blobs, is left out: `Stored.images` lacks it.
    """
    connection, prepared = session.connection(), [each for each in images if isinstance(each, Prepared)]
    advisory_lock(connection, BLOBS_LOCK, shared=True)
    stored = get_storage().sizes({image_key(each.sha256) for each in prepared})  # removed before its copies
    present: dict[str, Prepared] = {}
    for each in prepared:
        if image_key(each.sha256) in stored:
            present.setdefault(each.sha256, each)
    rows = [_row(project_id, split, each) for each in present.values()]
    rows.sort(key=itemgetter("sha256"))  # in one order, so that two imports never wait for each other
    created: dict[str, str] = {}
    if rows:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(Image).on_conflict_do_nothing(index_elements=["project_id", "sha256"])
        created = dict(connection.execute(statement.returning(Image.sha256, Image.id), rows).all())
        count_images(connection, project_id, split, len(created))
    elsewhere = {each.sha256 for each in images if isinstance(each, Known)} | present.keys() - created.keys()
    return Stored(created | _ids(connection, project_id, elsewhere), frozenset(created))


def _row(project_id: str, split: str, image: Prepared) -> dict[str, Any]:
    return {
        "id": new_id(),
        "project_id": project_id,
        "sha256": image.sha256,
        "filename": base_name(image.path),
        "path": image.path,
        "split": split,
        "format": image.format,
        "width": image.width,
        "height": image.height,
        "bytes": image.bytes,
    }


def store_outcomes(
    session: Session, project_id: str, split: str, outcomes: Sequence[Outcome], tally: Tally
) -> Stored:
    """Add the images among `outcomes` and count them in `tally`; returns what is stored now."""
    images = [each for each in outcomes if not isinstance(each, Refused)]
    stored = add_images(session, project_id, split, images)
    fresh = set(stored.created)
    for each in outcomes:
        if isinstance(each, Refused):
            tally.refuse(each)
        elif each.sha256 not in stored.images:
            tally.refuse(Refused(each.path, "It was deleted at this moment. Send it again."))
        elif each.sha256 in fresh:
            fresh.remove(each.sha256)
            tally.created += 1
        else:
            tally.duplicates += 1
    return stored
