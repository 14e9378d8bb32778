"""How many images a project has, kept with the project: nobody waits for a million rows to be counted.

Whoever adds, moves or deletes images says so here. Those left out are few, and have an index of their own.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, case, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.models import Image, Project


def counter_of(split: str) -> InstrumentedAttribute[int]:
    """Return the column that counts the images of "pool" or "test"."""
    return {"pool": Project.pool_images, "test": Project.test_images}[split]


def count_images(database: Session | Connection, project_id: str, split: str, added: int) -> None:
    """Add `added`, negative where images went, to the number of the project's images in `split`.

    To be called after the images' rows are changed: until the transaction ends, PostgreSQL lets nobody else
    count in this project.
    """
    if added:
        counter = counter_of(split)
        database.execute(update(Project).where(Project.id == project_id).values({counter: counter + added}))


def left_out(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """Return how many images of the pool are left out and meet `conditions`; for a select from projects."""
    counted = func.count(case((and_(Image.split == "pool", *conditions), 1)))
    left = select(counted).where(Image.project_id == Project.id, Image.excluded.is_not(None))
    return left.correlate(Project).scalar_subquery()


def newest_usable() -> ScalarSelect[datetime]:
    """Return when the newest image of the pool came that is not left out; for a select from projects."""
    usable = Image.project_id == Project.id, Image.split == "pool", Image.excluded.is_(None)
    return select(func.max(Image.created_at)).where(*usable).correlate(Project).scalar_subquery()
