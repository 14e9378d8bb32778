"""How good the labels of projects are, for the list of them: by as many statements as for one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Category, Certificate, Project, Round, Step
from app.core.order import newest_first
from app.projects.image_counters import left_out, newest_usable
from app.projects.schemas import Certified, Measured


def measured(session: Session, project_ids: Sequence[str]) -> dict[str, tuple[str, Measured | None]]:
    """Return (step id of the newest model, its accuracy) of each project that has a model."""
    place = func.row_number().over(
        partition_by=Round.project_id, order_by=(Round.number.desc(), Step.index.desc())
    )
    models = (
        select(Round.project_id, Round.number, Step.id, Step.index, Step.accuracy, place.label("place"))
        .join(Round, Round.id == Step.round_id)
        .where(Round.project_id.in_(project_ids), Step.artefacts_key.is_not(None))
        .subquery()
    )
    found = {}
    for row in session.execute(select(models).where(models.c.place == 1)):
        figure = (
            Measured(
                top1=row.accuracy["top1"], images=row.accuracy["images"], round=row.number, step=row.index
            )
            if row.accuracy
            else None
        )
        found[row.project_id] = (row.id, figure)
    return found


def certified(
    session: Session, project_ids: Sequence[str], models: dict[str, tuple[str, Measured | None]]
) -> dict[str, Certified]:
    """Return what was certified last of each project that has a certificate, and whether that holds.

    Where labels have changed since, only the certificate itself says whether they are others: it reads them.
    """
    certificates = _newest_certificates(session, project_ids)
    ids = [row.project_id for row in certificates]
    if not ids:
        return {}
    usable = select(Project.id, Project.pool_images - left_out(), newest_usable()).where(Project.id.in_(ids))
    images = {project_id: (number, newest) for project_id, number, newest in session.execute(usable)}
    newest = (func.max(Category.created_at), func.max(Category.archived_at))
    categories = by_project(session, select(Category.project_id, *newest), ids)
    newest = (func.max(Annotation.created_at), func.max(Annotation.superseded_at))
    labels = by_project(session, select(Annotation.project_id, *newest), ids)
    found = {}
    for row in certificates:
        known, (number, came) = row.statement, images[row.project_id]
        others = [came, *categories.get(row.project_id, ())]
        void = number != known["images"] or _since(row.created_at, others)
        if void or row.step_id != models.get(row.project_id, (None,))[0]:
            state = "void"
        else:
            state = "changed" if _since(row.created_at, labels.get(row.project_id, ())) else "holds"
        share = known["wrong_at_most"] / max(1, known["images"])
        found[row.project_id] = Certified(share=share, sure=known["sure"], date=known["date"], state=state)
    return found


def _since(moment: datetime, changes: Sequence[datetime | None]) -> bool:
    return any(change is not None and change > moment for change in changes)


def _newest_certificates(session: Session, project_ids: Sequence[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    order = newest_first(Certificate)
    place = func.row_number().over(partition_by=Certificate.project_id, order_by=order)
    columns = (Certificate.project_id, Certificate.step_id, Certificate.statement, Certificate.created_at)
    rows = select(*columns, place.label("place")).where(Certificate.project_id.in_(project_ids)).subquery()
    return session.execute(select(rows).where(rows.c.place == 1)).all()


def by_project(
    session: Session, statement: Select[*tuple[Any, ...]], project_ids: Sequence[str]
) -> dict[str, tuple[Any, ...]]:
    """Return the numbers of each project, of a statement whose first column is the project's id."""
    project = statement.selected_columns[0]
    rows = session.execute(statement.where(project.in_(project_ids)).group_by(project)).all()
    return {row[0]: tuple(row[1:]) for row in rows}
