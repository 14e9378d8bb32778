"""Which version of its labels a project has, by a few numbers that the database finds."""

from collections.abc import Hashable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Category, Project
from app.projects.image_counters import left_out, newest_usable
from app.projects.merged import read_merged
from app.rounds.newest import newest_model


def labels_version(session: Session, project_id: str) -> Hashable:
    """Return what is another value whenever a label of the project may be another.

    Labels are added, superseded and stand again, but never rewritten other than by merging categories; images
    are added and deleted, and left out by a label that says so. So numbers and newest times tell.
    """
    labels = select(
        func.count(),
        func.count(Annotation.superseded_at),
        func.max(Annotation.created_at),
        func.max(Annotation.superseded_at),
    ).where(Annotation.project_id == project_id)
    images = select(Project.pool_images, left_out(), newest_usable()).where(Project.id == project_id)
    active = select(Category.id).where(Category.project_id == project_id, Category.archived_at.is_(None))
    model = newest_model(session, project_id)
    return (
        (model.key, model.later_keys) if model else None,
        tuple(sorted(read_merged(session, project_id).items())),
        frozenset(session.scalars(active)),
        tuple(session.execute(images).one()),
        tuple(session.execute(labels).one()),
    )
