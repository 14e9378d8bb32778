"""Merging two categories, and splitting them again: exactly what moved goes back.

Both lock the project's categories, then its steps, which answers lock too, then the category, which labels of
images lock: no label is given to a category that has just been merged.
"""

from typing import Any

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.models import (
    Annotation,
    Category,
    CategoryMerge,
    MergedLabel,
    MergedTruth,
    Round,
    Step,
    Truth,
)
from app.core.problems import Problem
from app.projects.category_service import give_key, lock_categories
from app.projects.counts import LIVE_LABEL
from app.projects.merged import path_from, require_not_merged
from app.projects.schemas import Moving

# what a merge moves: its table, its key, the record of the merge, and the record's key
MOVED: tuple[tuple[Any, Any, Any, Any], ...] = (
    (Annotation, Annotation.id, MergedLabel, MergedLabel.annotation_id),
    (Truth, Truth.image_id, MergedTruth, MergedTruth.image_id),
)


def what_moves(session: Session, category: Category) -> Moving:
    """Return how many standing labels and truths a category has."""
    labels = select(func.count()).select_from(Annotation)
    truths = select(func.count()).select_from(Truth).where(Truth.category_id == category.id)
    labelled = labels.where(Annotation.category_id == category.id, *LIVE_LABEL)
    return Moving(labels=session.scalar(labelled) or 0, truths=session.scalar(truths) or 0)


def merge(session: Session, source: Category, into: str) -> Moving:
    """Move all labels, their history and the truths of `source` to `into` and archive it; returns what moved.

    422 for a category that is not another active one of the project, 409 where `source` is merged already.
    """
    categories = _lock(session, source)
    target = next((each for each in categories if each.id == into and each.archived_at is None), None)
    if target is None or target.id == source.id:
        raise Problem(422, "Choose another active category of this project.", field="into")
    require_not_merged(session, source, field="into")
    moving = what_moves(session, source)
    row = CategoryMerge(
        project_id=source.project_id,
        source_id=source.id,
        target_id=target.id,
        shortcut=source.shortcut,
        archived_at=source.archived_at,
    )
    session.add(row)
    source.archived_at, source.shortcut = source.archived_at or now(), None
    session.flush()
    for table, key, record, record_key in MOVED:
        moved = select(literal(row.id), key).where(table.category_id == source.id)
        session.execute(insert(record).from_select([record.merge_id.key, record_key.key], moved))
        _move(session, table, target.id, table.category_id == source.id)
    return moving


def split(session: Session, source: Category) -> None:
    """Take what a merge moved back to `source`, which is again as it was; 409 where it is not merged.

    What was labelled since stays, and what was moved and then corrected stays corrected.
    """
    categories = _lock(session, source)
    merges = session.scalars(select(CategoryMerge).where(CategoryMerge.project_id == source.project_id))
    by_source = {each.source_id: each for each in merges}
    row = by_source.get(source.id)
    if row is None:
        raise Problem(409, f"{source.name} is not merged into another category.")
    path = path_from({each.source_id: each.target_id for each in by_source.values()}, source.id)
    later = [by_source[each].id for each in path[1:-1]]
    for table, key, record, record_key in MOVED:
        items = select(record_key).where(record.merge_id == row.id)
        _move(session, table, source.id, table.category_id == path[-1], key.in_(items))
        session.execute(delete(record).where(record.merge_id.in_(later), record_key.in_(items)))
    source.archived_at = row.archived_at
    if row.archived_at is None:
        give_key(source, [each for each in categories if each.id != source.id], row.shortcut)
    session.delete(row)
    session.flush()


def _lock(session: Session, source: Category) -> list[Category]:
    categories = lock_categories(session, source.project_id)
    steps = (
        select(Step.id).join(Round, Round.id == Step.round_id).where(Round.project_id == source.project_id)
    )
    session.execute(steps.order_by(Step.id).with_for_update(key_share=True, of=Step))
    locked = select(Category).where(Category.id == source.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).one()
    return categories


def _move(session: Session, table: Any, category_id: str, *where: Any) -> None:
    statement = update(table).where(*where).values(category_id=category_id)
    session.execute(statement, execution_options={"synchronize_session": False})
