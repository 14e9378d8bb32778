"""Object-level authorisation: every object is found through its project's membership, or not at all.

A source or job of no project has no members: a source is everybody's to use, a job its starter's alone.
"""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import Session

from app.core.models import (
    Annotation,
    Audit,
    Base,
    Category,
    Certificate,
    Encoder,
    Image,
    Invitation,
    Job,
    Membership,
    Project,
    Query,
    Round,
    Source,
)
from app.core.problems import Problem, not_found
from app.deps import Principal

Model = TypeVar("Model", bound=Base)

ROLES = {
    "annotator": ("annotator", "reviewer", "owner"),
    "reviewer": ("reviewer", "owner"),
    "owner": ("owner",),
}

SEES_TESTS = ROLES["reviewer"]
"""The roles that may see test images: who labels must not learn what the models are measured on."""

SEES_PATHS = ROLES["reviewer"]
"""The roles that are told where files lay: folders name classes, and annotators must not be told those."""

_IN_POOL = Image.split == "pool"
_PROJECT_ID: dict[type[Base], Any] = {
    Project: Project.id,
    Annotation: Annotation.project_id,
    Audit: Audit.project_id,
    Category: Category.project_id,
    Certificate: Certificate.project_id,
    Encoder: Encoder.project_id,
    Image: Image.project_id,
    Invitation: Invitation.project_id,
    Round: Round.project_id,
}


def scoped(model: type[Model], user: Principal) -> Select[Model]:
    """Return a select of the rows of `model` that `user` may see: those in projects that they work on.

    Annotators see the images of the pool only.
    """
    statement = select(model)
    if model is Job:
        started = and_(Job.project_id.is_(None), Job.created_by == user.id)
        return _in_project_or(statement, Job.project_id, started, user)
    if model is Source:
        return _in_project_or(statement, Source.project_id, Source.project_id.is_(None), user)
    if model is Query:
        statement = statement.join(Round, Round.id == Query.round_id)
        project_id: Any = Round.project_id
    else:
        project_id = _PROJECT_ID[model]
    statement = statement.join(Membership, Membership.project_id == project_id).where(
        Membership.user_id == user.id
    )
    if model is Image:
        statement = statement.where(or_(_IN_POOL, Membership.role.in_(SEES_TESTS)))
    return statement


def _in_project_or(
    statement: Select[Model], project_id: Any, free: ColumnElement[bool], user: Principal
) -> Select[Model]:
    own = and_(Membership.project_id == project_id, Membership.user_id == user.id)
    return statement.outerjoin(Membership, own).where(or_(Membership.user_id.is_not(None), free))


def role_towards(model: type[Base], user: Principal) -> ColumnElement[str]:
    """Return the role that `user` has towards a row of `scoped(model, user)`."""
    if model is Source:
        own = or_(literal(user.admin), Source.created_by == user.id)
        return func.coalesce(Membership.role, case((own, "owner"), else_="annotator"))
    return func.coalesce(Membership.role, "owner")


def find(
    session: Session, model: type[Model], identifier: str, user: Principal, role: str = "annotator"
) -> Model:
    """Return one row of `model` by id.

    404 where it does not exist or belongs to a project that `user` is not a member of; 403 where `user` is a
    member with less than `role` (annotator < reviewer < owner). What is of no project has its maker as owner.
    """
    return find_with_role(session, model, identifier, user, role)[0]


def find_with_role(
    session: Session, model: type[Model], identifier: str, user: Principal, role: str = "annotator"
) -> tuple[Model, str]:
    """Return (row, the role that `user` has towards it); raises what `find` does."""
    its_id = model.id  # type: ignore[attr-defined]  # Base has none, but every model that is scoped does
    statement = scoped(model, user).where(its_id == identifier).add_columns(role_towards(model, user))
    row = session.execute(statement).first()
    if row is None:
        raise not_found(model.__name__.lower())
    if row[1] not in ROLES[role]:
        raise Problem(403, f"This needs the role of {role}.")
    return row[0], row[1]


def visible_images(role: str) -> ColumnElement[bool]:
    """Return the condition on a project's images that leaves those that somebody in `role` may see."""
    return true() if role in SEES_TESTS else _IN_POOL


def shown_path(path: str, role: str) -> str | None:
    """Return `path` as somebody in `role` may see it; None for annotators."""
    return path if role in SEES_PATHS else None
