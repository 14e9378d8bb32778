"""Adding, reading and changing rows directly."""

from typing import Any

from sqlalchemy import update

from app.core.database import read_session, write_session
from app.core.models import Image
from app.projects.image_counters import count_images

LONG_AGO = {"lease_until": "2020-01-01 00:00:00.000000"}


def add(row: Any) -> str:
    """Store `row` and return its id; an image counts in its project."""
    with write_session() as session:
        session.add(row)
        session.flush()
        if isinstance(row, Image):
            count_images(session, row.project_id, row.split, 1)
        identifier: str = row.id
    return identifier


def get(model: type[Any], identifier: str) -> Any:
    """Return the stored row."""
    with read_session() as session:
        return session.get_one(model, identifier)


def change(model: type[Any], identifier: str, **values: Any) -> None:
    """Overwrite columns of one row."""
    with write_session() as session:
        session.execute(update(model).where(model.id == identifier).values(**values))
