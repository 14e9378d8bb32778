"""Holding back a share of imported labels: their images become a test set, the labels its truths."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.models import Annotation, Image, MergedLabel, MergedTruth, Project, Truth
from app.core.problems import Problem
from app.projects.category_service import lock_categories
from app.projects.image_counters import count_images
from app.projects.running import round_runs

ROWS = 500


def hold_back(session: Session, project: Project, share: float, import_id: str | None) -> dict[str, int]:
    """Move a `share` of each category's imported labels to the test split; return how many by category id.

    Of two labels or more of a category at least one stays and one goes; `import_id` takes those of one
    import. 409 while a round runs, whose pool this would change, and where nothing can be moved.
    """
    lock_categories(session, project.id)  # merges, splits, imports and starts of rounds wait
    if round_runs(session, project.id):
        raise Problem(409, "A round is running. Hold labels back before it starts, or after it.")
    moved = {category: _chosen(rows, share) for category, rows in _imported(session, project, import_id)}
    rows = [row for chosen in moved.values() for row in chosen]
    if not rows:
        raise Problem(409, "No category has two imported labels or more, so that none can be held back.")
    counts: Counter[str] = Counter()
    for start in range(0, len(rows), ROWS):
        counts.update(_move(session, rows[start : start + ROWS]))
    count_images(session, project.id, "pool", -counts.total())
    count_images(session, project.id, "test", counts.total())
    return dict(counts)


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


def _move(session: Session, chosen: Sequence[Row[*tuple[Any, ...]]]) -> list[str]:
    """Move what still stands of the chosen labels; returns the category of each."""
    rows = _standing(session, chosen)
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
        _keep_merges(session, annotations, [row["image_id"] for row in new])
    return [row.category_id for row in rows]


def _standing(session: Session, chosen: Sequence[Row[*tuple[Any, ...]]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Lock the images, and return the labels that nobody has corrected since they were chosen."""
    images = select(Image.id).where(Image.id.in_([row.image_id for row in chosen])).order_by(Image.id)
    session.execute(images.with_for_update())
    ids = [row.id for row in chosen]
    standing = select(Annotation.id).where(Annotation.id.in_(ids), Annotation.superseded_at.is_(None))
    live = set(session.scalars(standing))
    return [row for row in chosen if row.id in live]


def _keep_merges(session: Session, annotations: Sequence[str], images: Sequence[str]) -> None:
    """Have the truths go back as their labels would where a merge of categories is split."""
    moved = (
        select(MergedLabel.merge_id, Annotation.image_id)
        .join(Annotation, Annotation.id == MergedLabel.annotation_id)
        .where(Annotation.id.in_(annotations), Annotation.image_id.in_(images))
    )
    session.execute(insert(MergedTruth).from_select(["merge_id", "image_id"], moved))
