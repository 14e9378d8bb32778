"""Holding back a share of imported labels: their images become a test set, the labels its truths."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.models import Annotation, Image, Project, Round, Truth
from app.errors import Problem
from app.projects.counts import FINISHED

ROWS = 500


def hold_back(session: Session, project: Project, share: float, import_id: str | None) -> dict[str, int]:
    """Move a `share` of each category's imported labels to the test split; return how many by category id.

    Of two labels or more of a category at least one stays and one goes; `import_id` takes those of one
    import. 409 while a round runs, whose pool this would change, and where nothing can be moved.
    """
    active = select(Round.id).where(Round.project_id == project.id, Round.state.not_in(FINISHED))
    if session.scalar(active):
        raise Problem(409, "A round is running. Hold labels back before it starts, or after it.")
    moved = {category: _chosen(rows, share) for category, rows in _imported(session, project, import_id)}
    rows = [row for chosen in moved.values() for row in chosen]
    if not rows:
        raise Problem(409, "No category has two imported labels or more, so that none can be held back.")
    for start in range(0, len(rows), ROWS):
        _move(session, rows[start : start + ROWS])
    return {category: len(chosen) for category, chosen in moved.items() if chosen}


def _imported(
    session: Session, project: Project, import_id: str | None
) -> Iterator[tuple[str, list[Row[*tuple[Any, ...]]]]]:
    """Yield the labels that imports brought to images of the pool, by category, as by a throw of dice.

    The order is that of the images' hashes: arbitrary, and the same whenever it is asked for.
    """
    statement = (
        select(Annotation.id, Annotation.image_id, Annotation.category_id, Annotation.import_id)
        .join(Image, Image.id == Annotation.image_id)
        .where(Annotation.project_id == project.id, Annotation.kind == "imported", Image.split == "pool")
        .where(Annotation.superseded_at.is_(None), Annotation.category_id.is_not(None))
        .order_by(Image.sha256)
    )
    if import_id is not None:
        statement = statement.where(Annotation.import_id == import_id)
    by_category: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(statement):
        by_category[str(row.category_id)].append(row)
    yield from by_category.items()


def _chosen(rows: Sequence[Row[*tuple[Any, ...]]], share: float) -> Sequence[Row[*tuple[Any, ...]]]:
    wanted = max(1, round(share * len(rows)))
    return rows[: min(wanted, len(rows) - 1)]


def _move(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
    annotations, images = [row.id for row in rows], [row.image_id for row in rows]
    session.execute(update(Annotation).where(Annotation.id.in_(annotations)).values(superseded_at=now()))
    session.execute(update(Image).where(Image.id.in_(images)).values(split="test"))
    truths = select(Truth.image_id).where(Truth.image_id.in_(images))
    known = set(session.scalars(truths))
    new = [
        {"image_id": row.image_id, "category_id": row.category_id, "import_id": row.import_id}
        for row in rows
        if row.image_id not in known
    ]
    if new:
        session.execute(insert(Truth), new)
