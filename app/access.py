"""Object-level authorisation: every object is found through its project's membership, or not at all."""

from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Base, Category, Encoder, Image, Job, Membership, Project, Query, Round
from app.deps import Principal
from app.errors import Problem, not_found

Model = TypeVar("Model", bound=Base)

ROLES = {
    "annotator": ("annotator", "reviewer", "owner"),
    "reviewer": ("reviewer", "owner"),
    "owner": ("owner",),
}

_PROJECT_ID: dict[type[Base], Any] = {
    Project: Project.id,
    Annotation: Annotation.project_id,
    Category: Category.project_id,
    Encoder: Encoder.project_id,
    Image: Image.project_id,
    Job: Job.project_id,
    Round: Round.project_id,
}


def scoped(model: type[Model], user: Principal) -> Select[Model]:
    """Return a select of the rows of `model` in projects that `user` is a member of."""
    statement = select(model)
    if model is Query:
        statement = statement.join(Round, Round.id == Query.round_id)
        project_id: Any = Round.project_id
    else:
        project_id = _PROJECT_ID[model]
    return statement.join(Membership, Membership.project_id == project_id).where(
        Membership.user_id == user.id
    )


def find(
    session: Session, model: type[Model], identifier: str, user: Principal, role: str = "annotator"
) -> Model:
    """Return one row of `model` by id.

    404 where it does not exist or belongs to a project that `user` is not a member of; 403 where `user` is a
    member with less than `role` (annotator < reviewer < owner).
    """
    statement = scoped(model, user).where(model.id == identifier).add_columns(Membership.role)  # type: ignore[attr-defined]
    row = session.execute(statement).first()
    if row is None:
        raise not_found(model.__name__.lower())
    if row[1] not in ROLES[role]:
        raise Problem(403, f"This needs the role of {role}.")
    found: Model = row[0]
    return found
