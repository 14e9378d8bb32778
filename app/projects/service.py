"""Projects and who works on them."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.service import find_user
from app.core.models import Category, Membership, Project, User
from app.core.names import LONGEST_NAME, name_key
from app.core.problems import Problem, not_found
from app.projects.shortcuts import default_shortcuts


def create_project(
    session: Session, owner_id: str, name: str, categories: Sequence[str], *, open_categories: bool = False
) -> Project:
    """Return a new project with `owner_id` as its owner; 422 where a category name comes twice."""
    twice = [name for name, times in Counter(map(name_key, categories)).items() if times > 1]
    if twice:
        names = " and ".join(dict.fromkeys(name for name in categories if name_key(name) == twice[0]))
        raise Problem(422, f"Two categories have the same name: {names}.", field="categories")
    project = Project(name=name, created_by=owner_id, open_categories=open_categories)
    session.add(project)
    session.flush()
    session.add(Membership(project_id=project.id, user_id=owner_id, role="owner"))
    shortcuts = default_shortcuts(categories)
    session.add_all(
        Category(project_id=project.id, name=category, position=position, shortcut=shortcuts[position])
        for position, category in enumerate(categories)
    )
    session.flush()
    return project


def numbered_name(session: Session, user_id: str, name: str) -> str:
    """Return `name`, with the first free number from 2 on where the user works on a project of that name."""
    mine = select(Project.name).join(Membership).where(Membership.user_id == user_id)
    taken = {name_key(each) for each in session.scalars(mine)}
    endings = chain([""], (f" {number}" for number in count(2)))
    numbered = (name[: LONGEST_NAME - len(ending)].rstrip() + ending for ending in endings)
    return next(each for each in numbered if name_key(each) not in taken)


def put_member(session: Session, project_id: str, name: str, role: str) -> tuple[User, str]:
    """Give the user called `name` a role; returns (user, role). 404 without such a user, 409: last owner."""
    user = find_user(session, name)
    member = session.get(Membership, (project_id, user.id))
    if member is None:
        session.add(Membership(project_id=project_id, user_id=user.id, role=role))
    else:
        if role != "owner":
            _keep_an_owner(session, member)
        member.role = role
    session.flush()
    return user, role


def names_of_others(session: Session, project_id: str, start: str, limit: int = 20) -> list[str]:
    """Return the names, whatever their case, that begin with `start`, of active users who are no members."""
    key = name_key(start)
    if not key:
        return []
    members = select(Membership.user_id).where(Membership.project_id == project_id)
    begins = User.name_key.startswith(key, autoescape=True)
    statement = select(User.name).where(begins, User.active, User.id.not_in(members))
    return list(session.scalars(statement.order_by(User.name_key).limit(limit)))


def remove_member(session: Session, project_id: str, user_id: str) -> None:
    """Take a user's access away; 404 for somebody who is no member, 409 for the last owner."""
    member = session.get(Membership, (project_id, user_id))
    if member is None:
        raise not_found("member")
    _keep_an_owner(session, member)
    session.delete(member)


def _keep_an_owner(session: Session, member: Membership) -> None:
    owners = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.project_id == member.project_id, Membership.role == "owner", User.active)
        .order_by(Membership.user_id)
        .with_for_update(of=Membership)
    )
    if member.role == "owner" and set(session.scalars(owners)) <= {member.user_id}:
        raise Problem(409, "A project needs an owner. Make somebody else the owner first.", field="role")
