"""Which category a merged one counts as: said here, and applied wherever an older id is met.

Labels and truths are moved when categories are merged. What is never rewritten (suggestions of queries,
files of models, what an open page sends) goes through this mapping when it is read.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.core.models import Category, CategoryMerge
from app.core.problems import Problem

Merged = Mapping[str, str]


def read_merged(connection: Connection | Session, project_id: str) -> dict[str, str]:
    """Return what each merged category of the project counts as in the end, by id."""
    statement = select(CategoryMerge.source_id, CategoryMerge.target_id)
    rows = connection.execute(statement.where(CategoryMerge.project_id == project_id)).all()
    direct = {row.source_id: row.target_id for row in rows}
    return {source: path_from(direct, source)[-1] for source in direct}


def path_from(direct: Merged, category_id: str) -> list[str]:
    """Return the category and all that it was merged into, one after the other."""
    path = [category_id]
    while path[-1] in direct:
        path.append(direct[path[-1]])
    return path


def count_together(suggestions: Sequence[Mapping[str, Any]], merged: Merged) -> list[dict[str, Any]]:
    """Return a query's suggestions with merged categories as one, best first."""
    if not merged:
        return [dict(each) for each in suggestions]
    confidence: dict[str, float] = defaultdict(float)
    for each in suggestions:
        category_id = each["category_id"]
        confidence[merged.get(category_id, category_id)] += each["confidence"]
    ranked = sorted(confidence.items(), key=lambda item: -item[1])
    return [{"category_id": category_id, "confidence": min(value, 1.0)} for category_id, value in ranked]


def require_not_merged(session: Session, category: Category, *, field: str) -> None:
    """Raise 409 for a category that is merged into another: only a split brings it back."""
    statement = (
        select(Category.name)
        .join(CategoryMerge, CategoryMerge.target_id == Category.id)
        .where(CategoryMerge.source_id == category.id)
    )
    target = session.scalar(statement)
    if target is not None:
        raise Problem(409, f"{category.name} is merged into {target}. Split it back first.", field=field)
