"""What a step is told of labelled clusters: the weak labels that count, and what people dropped."""

from itertools import chain, zip_longest

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from app.core.models import Annotation, Category, Image, Query, Step
from app.projects.weak_labels import counts_weakly

SnapshotRow = Row[str, str, str]


def weak_labels(connection: Connection, project_id: str) -> list[SnapshotRow]:
    """Return (annotation id, image id, category id) of the weak labels that count for pool images."""
    statement = (
        select(Annotation.id, Annotation.image_id, Category.id.label("category_id"))
        .join(Image, Image.id == Annotation.image_id)
        .join(Category, Category.id == Annotation.category_id)
        .where(Annotation.project_id == project_id, counts_weakly())
        .where(Image.split == "pool", Category.archived_at.is_(None))
        .order_by(Annotation.image_id)
    )
    return list(connection.execute(statement))


def dropped_images(connection: Connection, round_id: str) -> list[str]:
    """Return what people dropped from clusters of the round, the newest step's first.

    Of each step's clusters in turn: what the model was surest of in each comes before all else.
    """
    statement = (
        select(Step.index.label("step"), Query.dropped_image_ids)
        .join(Step, Step.id == Query.step_id)
        .where(Query.round_id == round_id, Query.state == "labelled")
        .order_by(Step.index.desc(), Query.position)
    )
    of_step: dict[int, list[list[str]]] = {}
    for row in connection.execute(statement):
        of_step.setdefault(row.step, []).append(row.dropped_image_ids)
    found = chain.from_iterable(chain.from_iterable(zip_longest(*lists)) for lists in of_step.values())
    return list(dict.fromkeys(image_id for image_id in found if image_id is not None))
