"""Weak labels: what an answer says of the other images of its cluster, about which nobody was asked singly.

One counts while its image has no other label: whoever labels the image replaces it without knowing of it, and
whoever takes that back brings it back.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from app.core.database import now
from app.core.identifiers import new_id
from app.core.models import Annotation, Image, Query
from app.labelling.records import Target
from app.labelling.seen import is_seen
from app.projects.weak_labels import WEAK

_LIVE = and_(Annotation.kind == WEAK, Annotation.superseded_at.is_(None))


def lock_images(connection: Connection, image_ids: Collection[str]) -> None:
    """Lock images in one order, after the step and before anything else that an answer writes (ADR 9)."""
    rows = select(Image.id).where(Image.id.in_(image_ids)).order_by(Image.id)
    connection.execute(rows.with_for_update(key_share=True))


def unsettled(connection: Connection, project_id: str, image_ids: Sequence[str]) -> list[str]:
    """Return those of the images that a weak label can be given to, in their order.

    They are in the pool, not excluded, and without a label that somebody has given them.
    """
    statement = select(Image.id).where(
        Image.id.in_(image_ids),
        Image.project_id == project_id,
        Image.split == "pool",
        Image.excluded.is_(None),
        ~is_seen(),
    )
    free = set(connection.scalars(statement))
    return [image_id for image_id in image_ids if image_id in free]


def weak_categories(connection: Connection, image_ids: Collection[str]) -> dict[str, str]:
    """Return the category of the weak label of each of the images that has one."""
    statement = select(Annotation.image_id, Annotation.category_id)
    rows = connection.execute(statement.where(_LIVE, Annotation.image_id.in_(image_ids)))
    return {row.image_id: row.category_id for row in rows}


def settle_cluster(
    connection: Connection, target: Target, category_id: str, image_ids: list[str], dropped: list[str]
) -> int:
    """Give `image_ids` weak labels of the answer to a query, in place of what it gave before.

    Weak labels of other answers to the same images are history afterwards. Returns how many images have a
    label now; those that somebody has labelled meanwhile are left out.
    """
    chosen = unsettled(connection, target.project_id, image_ids)
    stands = and_(
        Annotation.cluster_query_id == target.query_id,
        Annotation.category_id == category_id,
        Annotation.annotator_id == target.user_id,
    )
    statement = select(Annotation.image_id).where(_LIVE, stands, Annotation.image_id.in_(chosen))
    kept = set(connection.scalars(statement))
    fresh = [image_id for image_id in chosen if image_id not in kept]
    of_query = and_(Annotation.cluster_query_id == target.query_id, Annotation.image_id.not_in(kept))
    _supersede(connection, or_(of_query, Annotation.image_id.in_(fresh)))
    if fresh:
        rows = [_row(target, category_id, image_id) for image_id in fresh]
        connection.execute(insert(Annotation), rows)
    _remember_dropped(connection, target.query_id, dropped)
    return len(chosen)


def withdraw_cluster(connection: Connection, query_id: str) -> None:
    """Turn the weak labels of the answer to a query into history, and forget what was dropped."""
    _supersede(connection, Annotation.cluster_query_id == query_id)
    _remember_dropped(connection, query_id, [])


def _supersede(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(update(Annotation).where(_LIVE, which).values(superseded_at=now()))


def _remember_dropped(connection: Connection, query_id: str, dropped: list[str]) -> None:
    connection.execute(update(Query).where(Query.id == query_id).values(dropped_image_ids=dropped))


def _row(target: Target, category_id: str, image_id: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "project_id": target.project_id,
        "image_id": image_id,
        "cluster_query_id": target.query_id,
        "category_id": category_id,
        "kind": WEAK,
        "annotator_id": target.user_id,
        "version": 1,
        "created_at": now(),
    }
