"""Numbers of a project, counted from the rows that they are about, those of all its images alone kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Category, CategoryMerge, Image, Project, Round, Truth
from app.core.states import ROUND_ENDED
from app.projects.quality import by_project, certified, measured
from app.projects.schemas import CategoryOut, Counts, ProjectOut
from app.projects.weak_labels import WEAK, counts_weakly

LIVE_LABEL = (
    Annotation.superseded_at.is_(None),
    Annotation.category_id.is_not(None),
    Annotation.kind != WEAK,
)


def count_images(session: Session, project_ids: Sequence[str]) -> dict[str, Counts]:
    """Return the counts of each project, by id."""
    counts = {
        project_id: Counts(pool=0, test=0, truths=0, labelled=0, weak=0, indicators=0, excluded=0)
        for project_id in project_ids
    }
    columns = Project.id, Project.pool_images, Project.test_images
    for project_id, pool, test in session.execute(select(*columns).where(Project.id.in_(project_ids))):
        counts[project_id].pool, counts[project_id].test = pool, test
    excluded = select(Image.project_id, func.count()).where(Image.excluded.is_not(None))
    for project_id, (number,) in by_project(session, excluded, project_ids).items():
        counts[project_id].excluded = number
    truths = select(Category.project_id, func.count()).join(Truth, Truth.category_id == Category.id)
    for project_id, (number,) in by_project(session, truths, project_ids).items():
        counts[project_id].truths = number
    indicator = case((Annotation.kind == "indicator", Annotation.image_id))
    labels = select(
        Annotation.project_id,
        func.count(Annotation.image_id.distinct()),
        func.count(indicator.distinct()),
    ).join(Image, Image.id == Annotation.image_id)
    for project_id, labelled, indicators in session.execute(
        labels.where(Annotation.project_id.in_(project_ids), Image.split == "pool", *LIVE_LABEL).group_by(
            Annotation.project_id
        )
    ):
        counts[project_id].labelled, counts[project_id].indicators = labelled, indicators
    for project_id, _, number in _weak_labels(session, project_ids):
        counts[project_id].weak += number
    return counts


def _weak_labels(session: Session, project_ids: Sequence[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return (project id, category id, the weak labels that count)."""
    statement = select(Annotation.project_id, Annotation.category_id, func.count())
    chosen = statement.where(Annotation.project_id.in_(project_ids), counts_weakly())
    return session.execute(chosen.group_by(Annotation.project_id, Annotation.category_id)).all()


def list_categories(session: Session, project_ids: Sequence[str]) -> dict[str, list[CategoryOut]]:
    """Return the categories of each project, by project id, in the order in which they are shown."""
    indicators = func.count(case((Annotation.kind == "indicator", 1)))
    labels = select(Annotation.category_id, func.count(), indicators)
    labels = labels.where(Annotation.project_id.in_(project_ids), *LIVE_LABEL)
    numbers = {row[0]: row[1:] for row in session.execute(labels.group_by(Annotation.category_id))}
    weak = {category_id: number for _, category_id, number in _weak_labels(session, project_ids)}
    categories: dict[str, list[CategoryOut]] = {project_id: [] for project_id in project_ids}
    statement = select(Category, CategoryMerge.target_id).where(Category.project_id.in_(project_ids))
    statement = statement.outerjoin(CategoryMerge, CategoryMerge.source_id == Category.id)
    for category, merged_into in session.execute(statement.order_by(Category.position, Category.id)):
        number, indicator = numbers.get(category.id, (0, 0))
        categories[category.project_id].append(
            CategoryOut(
                id=category.id,
                name=category.name,
                position=category.position,
                shortcut=category.shortcut,
                archived=category.archived_at is not None,
                merged_into=merged_into,
                labels=number,
                weak=weak.get(category.id, 0),
                indicators=indicator,
            )
        )
    return categories


def projects_out(session: Session, projects: Sequence[tuple[Project, str]]) -> list[ProjectOut]:
    """Return what the API says about projects, given with the caller's role in each."""
    ids = [project.id for project, _role in projects]
    counts, categories = count_images(session, ids), list_categories(session, ids)
    active = select(Round.project_id, Round.id, Round.kind).where(
        Round.project_id.in_(ids), Round.state.not_in(ROUND_ENDED)
    )
    rounds = {row.project_id: (row.id, row.kind) for row in session.execute(active)}
    models = measured(session, ids)
    certificates = certified(session, ids, models)
    return [
        ProjectOut.model_validate(
            {
                "id": project.id,
                "name": project.name,
                "open_categories": project.open_categories,
                "categories": categories[project.id],
                "counts": counts[project.id],
                "active_round_id": rounds.get(project.id, (None, None))[0],
                "active_round_kind": rounds.get(project.id, (None, None))[1],
                "accuracy": models.get(project.id, (None, None))[1],
                "certificate": certificates.get(project.id),
                "role": role,
                "created_at": project.created_at,
            }
        )
        for project, role in projects
    ]
